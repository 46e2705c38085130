import { element } from "../element.ts";
import { settings } from "../settings.ts";
import { listPage } from "./list.ts";

interface Customer {
	readonly name: string;
	readonly town: string;
}

/** Everybody whom the CRM knows. */
export function customers(): HTMLElement {
	return listPage<{ customers: readonly Customer[] }>("Customers", `${settings.crm}/customers`, ({ customers }) =>
		customers.map(({ name, town }) =>
			element(
				"li",
				{ class: "row" },
				element("span", { class: "initial", "aria-hidden": "true" }, name.replace(/^The /, "").charAt(0)),
				element("span", {}, element("b", {}, name), element("span", { class: "small quiet" }, town)),
			),
		),
	);
}
