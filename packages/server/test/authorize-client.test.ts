import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { requestOf, signedIn } from "./flow.ts";
import type { Fields } from "./form.ts";
import { clients, type House, issuer, openHouse } from "./house.ts";
import { expectCode, expectErrorPage, storeState } from "./outcome.ts";

let house: House;
let browser: Browser;
beforeAll(async () => {
	house = await openHouse();
	({ browser } = await signedIn(house, clients.portal));
});
afterAll(() => house[Symbol.asyncDispose]());

/** Everything of a page that a stranger can compare. */
function lookOf(shown: Shown): unknown {
	const trace = String(shown.headers["x-trace-id"]);
	const { "x-trace-id": _trace, date: _date, ...headers } = shown.headers;
	return { status: shown.status, headers, html: shown.html.replaceAll(trace, "") };
}

const sent: readonly (readonly [string, Fields])[] = [
	["missing", { client_id: undefined }],
	["empty", { client_id: "" }],
	["unknown", { client_id: "nobody" }],
	["unknown, with a registered redirect URI", { client_id: "nobody", redirect_uri: clients.shop.redirect_uris[0] }],
	["disabled", { client_id: "retired", redirect_uri: clients.retired.redirect_uris[0] }],
	["disabled, with another's redirect URI", { client_id: "retired" }],
	["in capitals", { client_id: "SHOP" }],
	["with a blank", { client_id: "shop " }],
	["with a NUL", { client_id: "shop\0" }],
	["NUL alone", { client_id: "\0" }],
	["a name that every object has", { client_id: "__proto__" }],
	["another such name", { client_id: "constructor" }],
	["of letters that only look alike", { client_id: "sh\u043ep" }],
	["of a megabyte", { client_id: "a".repeat(1 << 20) }],
	["twice", { client_id: ["shop", "shop"] }],
	["with every other fault", { client_id: "nobody", response_type: "token", prompt: "none", request: "x", response_mode: "fragment" }],
];

test("AZ-09 a client that is missing, unknown or disabled: one page for all, and nothing happens", async () => {
	const before = await storeState(house);
	const looks = new Map<string, unknown>();
	for (const [what, fields] of sent) {
		const shown = await browser.go(requestOf(clients.shop, fields).url);
		expectErrorPage(shown);
		expect(shown.text("error-text"), what).toContain("does not know the app that sent you");
		looks.set(what, lookOf(shown));
	}
	for (const [what, look] of looks) expect(look, what).toEqual(looks.get("unknown"));
	expect(await storeState(house)).toEqual(before);
	// The same code for a link that was cut: other words, because the app may be known well.
	const cut = await browser.go(`${issuer}/authorize?continue=cut`);
	expectErrorPage(cut);
	expect(cut.text("error-text")).toContain("a request that Company cannot answer");

	const honest = requestOf(clients.shop);
	expectCode(await browser.go(honest.url), honest);
});

test("AZ-09 by POST they look alike too", async () => {
	const post = async (client_id: string) => {
		const { fields } = requestOf(clients.shop, { client_id });
		const answer = await browser.send("POST", `${issuer}/authorize`, fields);
		return answer.headers.location === undefined ? answer : browser.send("GET", answer.headers.location);
	};
	const pages = await Promise.all(["nobody", "retired", "", "shop\0", "a".repeat(60_000)].map(post));
	for (const page of pages) {
		expect(page.statusCode).toBe(400);
		expect(page.headers).not.toHaveProperty("location");
		expect(page.body.replaceAll(page.headers["x-trace-id"] as string, "")).toBe(
			pages[0]?.body.replaceAll(pages[0].headers["x-trace-id"] as string, ""),
		);
	}
	const tooLarge = await browser.send("POST", `${issuer}/authorize`, { client_id: "a".repeat(1 << 20) });
	expect(tooLarge.statusCode).toBe(413);

	const honest = requestOf(clients.shop);
	const sealed = await browser.send("POST", `${issuer}/authorize`, honest.fields);
	expectCode(await browser.go(sealed.headers.location ?? ""), honest);
});

test("AZ-09 a client that an operator switches off is unknown from the next request on, and known again when switched on", async () => {
	await using own = await openHouse();
	const { browser: visitor } = await signedIn(own, clients.portal);
	const { store } = own.gatehouse.ground;
	const row = (await store.clients.all()).find(({ id }) => id === "shop");
	if (!row) throw new Error("the shop is declared");
	const request = requestOf(clients.shop);
	for (const held of [true, false]) {
		await store.clients.put({ ...row, held }, []);
		await own.gatehouse.refresh();
		const shown = await visitor.go(request.url);
		if (held) expectErrorPage(shown);
		else expectCode(shown, request);
	}
});

test("AZ-09 the client of another issuer is unknown here", async () => {
	const elsewhere = { ...clients.legacy, client_id: "elsewhere", redirect_uris: ["https://elsewhere.company.test/cb"] };
	await using other = await openHouse({
		file: { issuer: "https://auth.other.test", resources: [], clients: [elsewhere] },
	});
	const request = requestOf(clients.legacy, { client_id: "elsewhere", redirect_uri: "https://elsewhere.company.test/cb" });
	expectErrorPage(await browser.go(request.url));
	const known = await other.request({ url: request.url.replace(issuer, "") });
	expect(known.headers.location).toMatch(/^\/login\?continue=/);
});
