import { expect, test } from "vitest";
import { ownPath } from "./return-to.ts";

const origin = "https://crm.acme.test";

test("a path of this app stays what it is", () => {
	for (const path of ["/", "/orders", "/orders?page=2&q=%20x", "/orders#row-7", "/a//b"]) expect(ownPath(path, origin)).toBe(path);
	expect(ownPath(`${origin}/orders?page=2`, origin)).toBe("/orders?page=2");
	expect(ownPath("orders", origin)).toBe("/orders");
});

test("whatever else was asked for leads to the beginning, or stays on this host", () => {
	for (const evil of [
		null,
		undefined,
		"",
		"https://evil.test/",
		"//evil.test",
		"///evil.test",
		"\\\\evil.test",
		"/\\evil.test",
		"/\t/evil.test",
		"\n//evil.test",
		"https:evil.test/..//evil.test",
		"https://crm.acme.test@evil.test/",
		"https://crm.acme.test.evil.test/",
		"https://crm.acme.test:444/",
		"http://crm.acme.test/",
		"javascript:alert(1)",
		"data:text/html,x",
		`blob:${origin}/x`,
		"/.//evil.test",
		"/..//evil.test",
		"/%2e//evil.test",
		`/${"a".repeat(2000)}`,
	]) {
		const path = ownPath(evil, origin);
		expect(path).toMatch(/^\/(?!\/)/);
		expect(new URL(path, origin).origin).toBe(origin);
	}
	for (const evil of ["https://evil.test/a", "//evil.test/a", "/\\evil.test/a", `blob:${origin}/x`])
		expect(ownPath(evil, origin)).toBe("/");
});
