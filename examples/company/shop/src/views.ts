import type { Component } from "vue";
import Me from "./views/Me.vue";
import Missing from "./views/Missing.vue";
import Orders from "./views/Orders.vue";
import Product from "./views/Product.vue";
import Products from "./views/Products.vue";
import Wire from "./views/Wire.vue";

interface Route {
	/** Its named groups become the component's props. */
	readonly path: RegExp;
	readonly title: string;
	readonly component: Component;
	/** Shown to people who are signed in. */
	readonly personal: boolean;
}

/** Every page of the shop. */
const routes: readonly Route[] = [
	{ path: /^\/$/, title: "Products", component: Products, personal: true },
	{ path: /^\/products\/(?<id>[\w-]+)$/, title: "Product", component: Product, personal: true },
	{ path: /^\/orders$/, title: "Orders", component: Orders, personal: true },
	{ path: /^\/me$/, title: "Who am I", component: Me, personal: true },
	{ path: /^\/wire$/, title: "On the wire", component: Wire, personal: false },
];

/** One page at one address. */
interface View extends Omit<Route, "path"> {
	readonly path: string;
	readonly props: Readonly<Record<string, string>>;
}

export function viewAt(path: string): View {
	for (const route of routes) {
		const found = route.path.exec(path);
		if (found) return { ...route, path, props: { ...found.groups } };
	}
	return { path, title: "No such page", component: Missing, personal: false, props: {} };
}
