import { expect, test } from "vitest";
import { headingOf, linesOf, linkOf, readPage } from "./page.ts";

const page = readPage(
	new URL("http://auth.localhost/account"),
	`<html data-page="account"><h1>Your <b>account</b></h1><section id="apps"><ul>
<li><span class="tile" aria-hidden="true">A</span><div><b>Analytics</b> &amp; Co</div><small>Not reviewed</small></li>
<li><div>Portal</div><button>Take back</button></li></ul></section><section id="sessions"><li>Firefox</li></section></html>`,
);

test("a page is read as people read it: its heading, and the lines of one section", () => {
	expect(page.kind).toBe("account");
	expect(headingOf(page)).toBe("Your account");
	expect(linesOf(page, "apps")).toEqual(["Analytics & Co · Not reviewed", "Portal · Take back"]);
	expect(linesOf(page, "sessions")).toEqual(["Firefox"]);
	expect(linesOf(page, "elsewhere")).toEqual([]);
});

test("a link leads where a browser would go: the first, or the one with an id", () => {
	const html = '<a href="/next?a=1&amp;b=2">Go on</a><a class="button" id="sign-in" href="/auth/sign-in">Sign in</a>';
	const links = readPage(new URL("http://portal.localhost/signed-out"), html);
	expect(linkOf(links).href).toBe("http://portal.localhost/next?a=1&b=2");
	expect(linkOf(links, "sign-in").href).toBe("http://portal.localhost/auth/sign-in");
});
