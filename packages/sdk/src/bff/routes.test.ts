import { describe, expect, test } from "vitest";
import { routesFault } from "./route-faults.ts";
import { findRoute, type Routes, readRoutes } from "./routes.ts";

const orders = "https://orders.acme.test";
const table = {
	"/api/orders/*": [
		{ to: orders, scope: "orders.read", methods: ["GET"] },
		{ to: orders, scope: "orders.write", methods: ["POST"] },
	],
	"/api/orders/exports/*": { to: "https://exports.acme.test/v2/", methods: ["GET"], resource: orders },
	"/api/me": { to: "https://crm.acme.test/people/me", methods: ["GET", "PATCH"] },
} satisfies Routes;
const routes = readRoutes(table);

const found = (method: string, target: string) => {
	const it = findRoute(routes, method, target);
	return it && "url" in it ? `${it.route.resource} ${it.route.scope ?? "all"} ${it.url}` : it;
};

describe("a path leads", () => {
	test.each([
		["GET", "/api/orders", `${orders} orders.read ${orders}`],
		["GET", "/api/orders/", `${orders} orders.read ${orders}/`],
		["HEAD", "/api/orders/1041", `${orders} orders.read ${orders}/1041`],
		["GET", "/api/orders/a%20b?page=2&q=/../x;y", `${orders} orders.read ${orders}/a%20b?page=2&q=/../x;y`],
		["GET", "/api/orders?", `${orders} orders.read ${orders}?`],
		["POST", "/api/orders/1041", `${orders} orders.write ${orders}/1041`],
		["GET", "/api/orders/exports/9", `${orders} all https://exports.acme.test/v2/9`],
		["PATCH", "/api/me?x", "https://crm.acme.test all https://crm.acme.test/people/me?x"],
	])("%s %s to %s", (method, target, there) => {
		expect(found(method, target)).toBe(there);
	});

	test.each([
		["POST", "/api/orders/exports/9", { allowed: ["GET", "HEAD"] }],
		["DELETE", "/api/orders/1041", { allowed: ["GET", "HEAD", "POST"] }],
		["get", "/api/me", { allowed: ["GET", "PATCH", "HEAD"] }],
		["GET", "/api/orders/../../admin", { fault: "has a dot segment" }],
		["GET", "/api/orders//", { fault: "has an empty segment" }],
		["GET", "/api/orders/%2e%2e/x?a", { fault: "has an encoded dot" }],
	])("%s %s nowhere: %j", (method, target, answer) => {
		expect(found(method, target)).toEqual(answer);
	});

	test.each(["/api/ordersX", "/api/me/too", "/API/orders", "/", "//api/orders", "/x/../api/orders", "http://app/api/orders", "/api/me%2f"])(
		"%s is no route's",
		(target) => {
			expect(found("GET", target)).toBeUndefined();
		},
	);
});

const fine = { to: orders, methods: ["GET"] };

test("a table that is right is taken", () => {
	expect(routesFault(table, "/auth")).toBeUndefined();
	expect(
		routesFault({ "/authors/*": fine, "/api": { to: "http://orders.localhost:3000/v1", methods: ["QUERY"] } }, "/auth"),
	).toBeUndefined();
});

test.each<[unknown, string]>([
	[[], "an object by path is expected"],
	[{ "api/*": fine }, "a path such as /api/orders/* is expected (it does not begin with a slash) (at api/*)"],
	[{ "/api/*/lines": fine }, "a star is expected only as the whole end"],
	[{ "/api/orders*": fine }, "a star is expected only as the whole end"],
	[{ "/api/": fine }, "a path without a slash at its end is expected"],
	[{ "/*": fine }, "is expected"],
	[{ "/auth/x": fine }, "a path apart from /auth is expected"],
	[{ "/auth/*": fine }, "a path apart from /auth is expected"],
	[{ "/api/../x": fine }, "it has a dot segment"],
	[{ "/api/*": { ...fine, to: "http://orders.acme.test" } }, "https is expected"],
	[{ "/api/*": { ...fine, to: `${orders}?x` } }, "without query and fragment"],
	[{ "/api/*": { ...fine, to: `${orders}/a;b` } }, "it has a semicolon"],
	[{ "/api/*": { ...fine, methods: ["get"] } }, 'a list out of GET, HEAD, POST, PUT, PATCH, DELETE, QUERY is expected, not ["get"]'],
	[{ "/api/*": { ...fine, methods: ["OPTIONS"] } }, "a list out of GET"],
	[{ "/api/*": { ...fine, methods: [] } }, "a list out of GET"],
	[{ "/api/*": { to: orders } }, "needs the option `methods`"],
	[{ "/api/*": { methods: ["GET"] } }, "needs the option `to`"],
	[
		{ "/api/*": { to: orders, method: ["GET"] }, "/api/": fine },
		"a route has no option `method`. Did you mean `methods`? a route needs the option `methods` (at /api/*); a path without a slash at its end is expected (at /api/)",
	],
	[{ "/api/*": { ...fine, target: orders } }, "Did you mean `to`?"],
	[{ "/api/*": { ...fine, scope: "a  b" } }, "scopes with one blank"],
	[{ "/api/*": { ...fine, resource: "orders" } }, "an absolute https URL is expected"],
	[{ "/api/*": [fine, fine] }, "each method is expected once (GET leads to two places)"],
	[{ "/api/*": [] }, "at least one route is expected"],
])("%j: %s", (value, told) => {
	expect(routesFault(value, "/auth")).toContain(told);
});
