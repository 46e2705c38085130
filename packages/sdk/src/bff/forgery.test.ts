import { describe, expect, test } from "vitest";
import { forgedCall, forgedNavigation } from "./forgery.ts";

const own = "https://shop.acme.test";
const asked = (headers: Record<string, string>, method = "POST") => new Request(`${own}/api/orders`, { method, headers });

describe("RP-04: a call that a foreign page may have caused is refused", () => {
	test.each<[string, Record<string, string>, string]>([
		["a form or a picture: without the header", {}, "it lacks the header x-csrf: 1"],
		["the header empty", { "x-csrf": "" }, "it lacks the header x-csrf: 1"],
		["the header twice", { "x-csrf": "1, 1" }, "it lacks the header x-csrf: 1"],
		["another site", { "x-csrf": "1", "sec-fetch-site": "cross-site" }, "it comes from a page that is cross-site"],
		["a sibling host", { "x-csrf": "1", "sec-fetch-site": "same-site" }, "it comes from a page that is same-site"],
		["an address that was typed", { "x-csrf": "1", "sec-fetch-site": "none" }, "it comes from a page that is none"],
		["two words", { "x-csrf": "1", "sec-fetch-site": "same-origin, cross-site" }, "it comes from a page that is same-origin, cross-site"],
		["another origin", { "x-csrf": "1", origin: "https://evil.test" }, "it comes from another origin"],
		["an origin that looks alike", { "x-csrf": "1", origin: `${own}.evil.test` }, "it comes from another origin"],
		["a sibling's origin", { "x-csrf": "1", origin: "https://blog.acme.test" }, "it comes from another origin"],
		["our host by http", { "x-csrf": "1", origin: "http://shop.acme.test" }, "it comes from another origin"],
		["our host on another port", { "x-csrf": "1", origin: `${own}:8443` }, "it comes from another origin"],
		["a sandboxed frame", { "x-csrf": "1", origin: "null" }, "it comes from another origin"],
	])("%s", (_, headers, fault) => {
		for (const method of ["GET", "POST"]) expect(forgedCall(asked(headers, method), own)).toBe(fault);
	});

	test("the honest twins pass: what our own page sends, from browsers that say where it comes from and from those that do not", () => {
		expect(forgedCall(asked({ "x-csrf": "1", "sec-fetch-site": "same-origin", origin: own }), own)).toBeUndefined();
		expect(forgedCall(asked({ "x-csrf": "1", "sec-fetch-site": "same-origin" }, "GET"), own)).toBeUndefined();
		expect(forgedCall(asked({ "x-csrf": "1", origin: own }), own)).toBeUndefined();
		expect(forgedCall(asked({ "x-csrf": "1" }, "GET"), own)).toBeUndefined();
	});
});

describe("RP-04: a navigation that a foreign page may have caused is refused", () => {
	const page = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
	test.each<[string, Record<string, string>, string]>([
		["a link on another site", { ...page, "sec-fetch-site": "cross-site" }, "it comes from a page that is cross-site"],
		["a link on a sibling host", { ...page, "sec-fetch-site": "same-site" }, "it comes from a page that is same-site"],
		["a frame", { ...page, "sec-fetch-site": "same-origin", "sec-fetch-dest": "iframe" }, "it is for iframe, not for a page"],
		["a picture", { "sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }, "it is no navigation"],
		["a script", { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }, "it is no navigation"],
	])("%s", (_, headers, fault) => {
		expect(forgedNavigation(asked(headers, "GET"))).toBe(fault);
	});

	test("the honest twins pass: a link of ours, an address that was typed, an old browser", () => {
		for (const site of ["same-origin", "none"]) expect(forgedNavigation(asked({ ...page, "sec-fetch-site": site }, "GET"))).toBeUndefined();
		expect(forgedNavigation(asked({}, "GET"))).toBeUndefined();
	});
});
