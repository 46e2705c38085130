import type { Component } from "vue";
import Me from "./views/Me.vue";
import Missing from "./views/Missing.vue";
import Orders from "./views/Orders.vue";
import Products from "./views/Products.vue";
import Wire from "./views/Wire.vue";

/** One page of the shop. */
export interface View {
	readonly path: string;
	readonly title: string;
	readonly component: Component;
	/** Shown to people who are signed in. */
	readonly personal: boolean;
}

const views: readonly View[] = [
	{ path: "/", title: "Products", component: Products, personal: true },
	{ path: "/orders", title: "Orders", component: Orders, personal: true },
	{ path: "/me", title: "Who am I", component: Me, personal: true },
	{ path: "/wire", title: "On the wire", component: Wire, personal: false },
];

const missing: View = { path: "", title: "No such page", component: Missing, personal: false };

export function viewAt(path: string): View {
	return views.find((view) => view.path === path) ?? missing;
}
