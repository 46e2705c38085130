import { expect, test } from "vitest";
import { pathFault } from "./request-path.ts";

test.each([
	["/api/../admin", "has a dot segment"],
	["/api/..", "has a dot segment"],
	["/api/./orders", "has a dot segment"],
	["/api/%2e%2e/admin", "has an encoded dot"],
	["/api/%2E./admin", "has an encoded dot"],
	["/api/orders%2f..%2fadmin", "has an encoded slash"],
	["/api//admin", "has an empty segment"],
	["//evil.test/api", "has an empty segment"],
	["/api\\..\\admin", "has a backslash"],
	["/api/%5c../admin", "has a backslash"],
	["/api/orders;/../admin", "has a dot segment"],
	["/api/orders;x=1", "has a semicolon"],
	["/api/orders%3bx", "has a semicolon"],
	["/api/orders%00.json", "has an encoded control character"],
	["/api/orders%0d%0ahost:evil", "has an encoded control character"],
	["/api/%252e%252e/admin", "is encoded twice"],
	["/api/%c0%ae%c0%ae/admin", "is not UTF-8"],
	["/api/%zz", "has a percent sign that encodes nothing"],
	["/api/orders%", "has a percent sign that encodes nothing"],
	["http://evil.test/api/orders", "does not begin with a slash"],
	["*", "does not begin with a slash"],
	["evil.test:443", "does not begin with a slash"],
	["/api/ä", "has characters that are sent encoded"],
	["/api/a b", "has characters that are sent encoded"],
	["/api/orders#x", "has a query or a fragment"],
])("PG-14: %j %s", (path, fault) => {
	expect(pathFault(path)).toBe(fault);
});

test.each([
	"/",
	"/api",
	"/api/orders/",
	"/api/orders/1041",
	"/api/a%20b/%C3%A4.json",
	"/api/..orders/...",
	"/api/100%25",
	"/api/(a)!$&'*+,=:@~-_|",
])("the honest twin %j passes, and no parser changes it", (path) => {
	expect(pathFault(path)).toBeUndefined();
	expect(new URL(`https://orders.acme.test${path}`).pathname).toBe(path);
});
