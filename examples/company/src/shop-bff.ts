import "./localhost.ts";
import { createServer } from "node:http";
import { createBff } from "@gatehouse/sdk/bff";
import express from "express";
import { parties } from "./parties.ts";
import { run } from "./run.ts";
import { secretOf } from "./secrets.ts";
import { openSessionStore } from "./session-store.ts";
import { handOutShop } from "./site/hand-out.ts";

/*
 * The same shop behind a back end for front ends. This program signs people in, with a secret of its own, and keeps their tokens; the browser
 * gets one cookie that no script can read. It calls an API for the page along these routes, and along no other.
 */
const { auth, crm, orders, "shop-bff": shop } = parties;

const bff = createBff({
	issuer: auth.origin,
	clientId: "shop-bff",
	clientAuth: secretOf("shop-bff"),
	origin: shop.origin,
	store: openSessionStore(),
	routes: {
		"/api/products": { to: `${crm.origin}/products`, scope: "crm.read", methods: ["GET"] },
		"/api/orders": { to: `${orders.origin}/orders`, scope: "orders.read", methods: ["GET"] },
	},
});

const app = express().disable("x-powered-by").disable("etag");
app.use((request, response, next) => {
	response.on("finish", () => console.log(`${request.method} ${request.path} ${response.statusCode}`));
	next();
});
app.use(bff.express());
// What no route leads to is no page either.
app.use("/api", (_request, response) => void response.status(404).json({ error: "not_found" }));
app.use(
	handOutShop({
		origin: shop.origin,
		settings: { bff: "/auth", issuer: auth.origin, clientId: "shop-bff", crm: crm.origin, orders: orders.origin },
		// The page talks to this program alone.
		connectTo: ["'self'"],
		trustedTypes: ["vue"],
	}),
);
run("shop-bff", createServer(app));
