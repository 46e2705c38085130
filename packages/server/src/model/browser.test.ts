import { expect, test } from "vitest";
import { browserWords, readUserAgent } from "./browser.ts";

test("a User-Agent becomes a few words, whoever else it claims to be", () => {
	const apple = "AppleWebKit/537.36 (KHTML, like Gecko)";
	for (const [userAgent, words] of [
		["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140, Linux"],
		[`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${apple} Chrome/141.0.0.0 Safari/537.36`, "Chrome 141, Windows"],
		[`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${apple} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`, "Edge 141, Windows"],
		[`Mozilla/5.0 (Linux; Android 15; K) ${apple} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, "Samsung 28, Android"],
		[`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${apple} Version/18.6 Safari/605.1.15`, "Safari 18, macOS"],
		["Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1", "Safari 18, iPhone"],
		[`Mozilla/5.0 (X11; Linux x86_64) ${apple} HeadlessChrome/141.0.0.0 Safari/537.36`, "Chrome 141, Linux"],
		["Firefox/123456789", "Firefox 1234"],
		["curl/8.14.1", "curl/8.14.1"],
		["a-program-of-the-company/1.0 (build 7)", "a-program-of-the-co…"],
		["", ""],
	] as const)
		expect(browserWords(userAgent)).toBe(words);
});

test("browser and device are told apart, and what is held in a hand from what stands on a desk", () => {
	const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1";
	expect(readUserAgent(iphone)).toEqual({ browser: { name: "Safari", version: "18" }, device: "iPhone", handheld: true });
	const linux = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
	expect(readUserAgent(linux)).toEqual({ browser: { name: "Firefox", version: "140" }, device: "Linux", handheld: false });
	expect(readUserAgent("curl/8.14.1")).toEqual({ handheld: false });
});
