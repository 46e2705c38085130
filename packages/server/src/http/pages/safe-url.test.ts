import { expect, test } from "vitest";
import { ownPicture, pictureUrl, placeOf, responseTarget, safeUrl } from "./safe-url.ts";

const scripts = [
	"javascript:alert(1)",
	" javascript:alert(1)",
	"JaVaScRiPt:alert(1)",
	"java\nscript:alert(1)",
	"\u0001javascript:alert(1)",
	"data:text/html,<script>alert(1)</script>",
	"vbscript:msgbox(1)",
	"blob:https://company.example/1",
	"file:///etc/passwd",
	"//evil.example",
	"/relative",
	"",
];

test("PG-03 a link from outside leads to a web page or is left out", () => {
	for (const script of scripts) expect(safeUrl(script), script).toBeUndefined();
	expect(safeUrl("https://help.example/a?b=c#d")).toBe("https://help.example/a?b=c#d");
	expect(safeUrl("http://localhost:3000")).toBe("http://localhost:3000/");
	expect(safeUrl(undefined)).toBeUndefined();
});

test("PG-03 only a picture inside the page is drawn", () => {
	for (const other of [
		...scripts,
		"https://tracker.example/pixel.png",
		"data:text/html;base64,AAAA",
		"data:image/svg+xmlx,",
		"xdata:image/png;base64,AA",
	])
		expect(pictureUrl(other), other).toBeUndefined();
	expect(pictureUrl("data:image/png;base64,iVBORw0KGgo=")).toBe("data:image/png;base64,iVBORw0KGgo=");
});

test("PG-03 a logo comes from our own origin, whatever is named as one", () => {
	for (const other of [
		...scripts,
		"https://tracker.example/pixel.png",
		"//tracker.example/logo?client_id=a",
		"/logo",
		'/logo?client_id=a&v=1" onerror="alert(1)',
		"/logo?client_id=<script>",
		"/logout?client_id=a",
		"data:image/png;base64,iVBORw0KGgo=",
	])
		expect(ownPicture(other), other).toBeUndefined();
	expect(ownPicture("/logo?client_id=a%2Fb&v=1")).toBe("/logo?client_id=a%2Fb&v=1");
});

test("a response goes to a web address or a private-use scheme (RFC 8252 §7.1), never into a script", () => {
	for (const script of scripts) expect(() => responseTarget(script), script).toThrow(RangeError);
	expect(responseTarget("https://shop.example/cb?tenant=1")).toBe("https://shop.example/cb?tenant=1");
	expect(responseTarget("com.example.app:/cb")).toBe("com.example.app:/cb");
});

test("DR-09 an app is known by its host, in letters that none can imitate, or by its scheme", () => {
	expect(placeOf("https://app.example:8443/cb?x")).toBe("app.example:8443");
	expect(placeOf("https://shop.example@evil.example/cb")).toBe("evil.example");
	expect(placeOf("https://аpple.example/cb")).toBe("xn--pple-43d.example");
	expect(placeOf("com.example.app:/cb")).toBe("com.example.app");
	expect(placeOf("not a uri")).toBe("");
});
