import { expect, test } from "vitest";
import { resourceOf } from "./resources.ts";

const resources = {
	"https://api.acme.test": {},
	"https://api.acme.test/orders": { urls: ["https://gateway.acme.test/v1/orders", "https://gateway.acme.test/v2/"] },
	"https://crm.acme.test": { urls: ["https://gateway.acme.test/v1"] },
};

test.each([
	["https://api.acme.test/", "https://api.acme.test"],
	["https://api.acme.test/customers?x=/orders", "https://api.acme.test"],
	["https://api.acme.test/orders", "https://api.acme.test/orders"],
	["https://api.acme.test/orders/7", "https://api.acme.test/orders"],
	["https://api.acme.test/ordersofothers", "https://api.acme.test"],
	["https://api.acme.test/orders/../customers", "https://api.acme.test"],
	["https://api.acme.test/customers/%2e%2e/orders/7", "https://api.acme.test/orders"],
	["https://gateway.acme.test/v1/orders/7", "https://api.acme.test/orders"],
	["https://gateway.acme.test/v1/customers", "https://crm.acme.test"],
	["https://gateway.acme.test/v2/7", "https://api.acme.test/orders"],
	// What nobody registered is its own resource, which the issuer knows or does not.
	["https://gateway.acme.test/v3", "https://gateway.acme.test"],
	["https://api.acme.test.evil.test/orders", "https://api.acme.test.evil.test"],
	["https://api.acme.test@evil.test/orders", "https://evil.test"],
	["https://api.acme.test:8443/orders", "https://api.acme.test:8443"],
	["http://orders.localhost:4002/orders", "http://orders.localhost:4002"],
])("%s gets a token of %s", (url, resource) => {
	expect(resourceOf(new URL(url), resources)).toBe(resource);
});

test.each(["http://api.acme.test/orders", "ftp://api.acme.test/", "data:text/plain,x", "http://localhost.evil.test/"])(
	"%s gets none",
	(url) => {
		expect(resourceOf(new URL(url), resources)).toBe(undefined);
	},
);
