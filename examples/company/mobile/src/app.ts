import type { Session } from "@gatehouse/sdk/mobile/capacitor";
import { auth } from "./auth.ts";
import { element, icon } from "./element.ts";
import { customers } from "./views/customers.ts";
import { me } from "./views/me.ts";
import { orders } from "./views/orders.ts";
import { welcome } from "./views/welcome.ts";

const tabs = [
	{ id: "customers", title: "Customers", picture: "people", page: () => customers() },
	{ id: "orders", title: "Orders", picture: "box", page: () => orders() },
	{ id: "me", title: "You", picture: "person", page: (session: Session) => me(session) },
] as const;

/** Draws the app into `root`, as the state of the session is, and again when it changes. */
export function mount(root: HTMLElement): void {
	let shown: Session | undefined;
	let open: (typeof tabs)[number]["id"] = "customers";
	const banner = element("p", { class: "banner", role: "status" });
	const page = element("main", {});

	function draw(): void {
		const { state } = auth;
		const { session } = state;
		banner.replaceChildren(...(state.status === "unreachable" ? [icon("cloud"), "Offline. You are still signed in."] : []));
		// The person is the same: what is on the page stays as it is.
		if (session && shown?.user.sub === session.user.sub) return;
		shown = session;
		root.replaceChildren(...(session ? [banner, page, navigation(session)] : [welcome(state)]));
		if (session) select(open, session);
		else open = "customers";
	}

	function select(id: typeof open, session: Session): void {
		open = id;
		page.replaceChildren(tabs.find((tab) => tab.id === id)!.page(session));
		for (const button of root.querySelectorAll("nav button")) {
			if (button.id === `tab-${id}`) button.setAttribute("aria-current", "page");
			else button.removeAttribute("aria-current");
		}
	}

	function navigation(session: Session): HTMLElement {
		const buttons = tabs.map(({ id, title, picture }) =>
			element(
				"button",
				{
					id: `tab-${id}`,
					type: "button",
					onclick: () => {
						select(id, session);
						page.querySelector("h1")?.focus();
					},
				},
				icon(picture),
				element("span", {}, title),
			),
		);
		return element("nav", { "aria-label": "Pages" }, buttons);
	}

	auth.subscribe(draw);
	draw();
}
