import { expect, test } from "vitest";
import { shareWith } from "./sharing.ts";

const shop = "http://shop.localhost:4005";
const sharedWith = shareWith([shop]);

test("the shop's pages may ask with a token, and read the answer and why it was refused", () => {
	const asked = sharedWith({ method: "OPTIONS", headers: { origin: shop, "access-control-request-method": "GET" } });
	expect(asked).toEqual({
		preflight: true,
		headers: {
			vary: "Origin",
			"access-control-allow-origin": shop,
			"access-control-allow-methods": "GET, POST",
			"access-control-allow-headers": "Authorization, Content-Type",
			"access-control-max-age": "600",
		},
	});
	expect(sharedWith({ method: "GET", headers: { origin: shop } })).toEqual({
		preflight: false,
		headers: { vary: "Origin", "access-control-allow-origin": shop, "access-control-expose-headers": "WWW-Authenticate, Retry-After" },
	});
});

test("nobody else's pages may, and no answer ever goes along with cookies", () => {
	for (const origin of ["http://portal.localhost:4003", "http://shop.localhost:4006", "null", `${shop}.evil.example`, undefined]) {
		const headers = origin === undefined ? {} : { origin };
		expect(sharedWith({ method: "GET", headers }).headers).toEqual({ vary: "Origin" });
		expect(sharedWith({ method: "OPTIONS", headers: { ...headers, "access-control-request-method": "GET" } }).headers).toEqual({
			vary: "Origin",
		});
	}
});
