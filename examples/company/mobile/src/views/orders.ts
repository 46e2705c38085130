import { element } from "../element.ts";
import { settings } from "../settings.ts";
import { listPage } from "./list.ts";

interface Order {
	readonly number: number;
	readonly customer: string;
	/** A day, as in 2026-11-23. */
	readonly placed: string;
	readonly items: readonly { readonly name: string; readonly amount: number }[];
	/** In pounds. */
	readonly total: string;
	readonly state: string;
}

// A day has no time zone: as UTC it stays the same day everywhere.
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });
const money = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP" });

/** What is ordered, newest first. */
export function orders(): HTMLElement {
	return listPage<{ orders: readonly Order[] }>("Orders", `${settings.orders}/orders`, ({ orders }) =>
		orders
			.toSorted((one, other) => other.placed.localeCompare(one.placed))
			.map(({ number, customer, placed, items, total, state }) =>
				element(
					"li",
					{ class: "order" },
					element("p", { class: "between" }, element("b", {}, customer), element("span", { class: "amount" }, money.format(Number(total)))),
					element(
						"p",
						{ class: "between small quiet" },
						`${number}, ${day.format(new Date(placed))}`,
						element("span", { class: "state", "data-state": state }, state),
					),
					element("p", { class: "small" }, items.map(({ name, amount }) => `${amount} × ${name}`).join(", ")),
				),
			),
	);
}
