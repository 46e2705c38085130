import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { authorizedFetch } from "./authorized-fetch.ts";

const challenge = (error: string) => new Response(null, { status: 401, headers: { "www-authenticate": `Bearer error="${error}"` } });

/** What the API was sent, and what it answers next; `ok` when there is nothing left. */
let sent: {
	readonly url: string;
	readonly method: string;
	readonly token: string | null;
	readonly type: string | null;
	readonly body: string;
}[];
let answers: Response[];
let tokens: (string | undefined)[];

/** The token that there is, as soon as there is no other. */
let last: number;

const call = authorizedFetch(async (_url, refused) => {
	tokens.push(refused);
	return { accessToken: `token-${Math.min(tokens.length, last)}` };
});

beforeEach(() => {
	[sent, answers, tokens, last] = [[], [], [], 9];
	vi.stubGlobal("document", { baseURI: "https://shop.acme.test/app/" });
	vi.stubGlobal("fetch", async (input: string | URL | Request, init: RequestInit) => {
		const { url, method, headers, body } = new Request(input instanceof Request ? input : new URL(input, document.baseURI), {
			...init,
			duplex: "half",
		} as RequestInit);
		const text = body ? await new Response(body).text() : "";
		sent.push({ url, method, token: headers.get("authorization"), type: headers.get("x-type"), body: text });
		return answers.shift() ?? new Response("ok");
	});
});
afterEach(() => vi.unstubAllGlobals());

const api = "https://orders.acme.test/orders";
const init = { method: "POST", body: "x", headers: { "x-type": "t" } };

describe("a call", () => {
	test.each<[string, string | URL | Request, RequestInit?]>([
		["an address", api, init],
		["a URL", new URL(api), init],
		["a Request", new Request(api, init)],
	])("with %s carries its own headers and the token, and is made once more when that is invalid", async (_, input, more) => {
		answers = [challenge("invalid_token")];
		expect(await (await call(input, more)).text()).toBe("ok");
		const same = { url: api, method: "POST", type: "t", body: "x" };
		expect(sent).toEqual([
			{ ...same, token: "Bearer token-1" },
			{ ...same, token: "Bearer token-2" },
		]);
		expect(tokens).toEqual([undefined, "token-1"]);
	});

	test.each<[string, () => { readonly input: string | URL; readonly turn: () => void }]>([
		[
			"a URL that is changed meanwhile",
			() => {
				const url = new URL(api);
				return { input: url, turn: () => (url.host = "evil.test") };
			},
		],
		[
			"an object that calls itself otherwise the second time",
			() => {
				const names = [api, "https://evil.test/"];
				return { input: { toString: () => names.shift() } as unknown as string, turn: () => undefined };
			},
		],
	])("with %s goes where its token is for, and nowhere else; left alone, it goes there too", async (_, make) => {
		const { input, turn } = make();
		const answer = call(input);
		turn();
		await answer;
		await call(api);
		expect(sent.map(({ url, token }) => [url, token])).toEqual([
			[api, "Bearer token-1"],
			[api, "Bearer token-2"],
		]);
	});

	test("is made twice at most", async () => {
		answers = [challenge("invalid_token"), challenge("invalid_token")];
		expect((await call(api)).status).toBe(401);
		expect(sent).toHaveLength(2);
	});

	test("is not made again with the token that was refused", async () => {
		last = 1;
		answers = [challenge("invalid_token")];
		const refused = await call(api);
		expect([refused.status, sent.length]).toEqual([401, 1]);
		expect(refused.bodyUsed).toBe(false);
	});

	test("to an API that hides its challenge from other origins is made twice too", async () => {
		answers = [new Response(null, { status: 401 })];
		expect((await call(api)).status).toBe(200);
	});

	test.each<[string, Response]>([
		["wants a stronger sign-in", challenge("insufficient_user_authentication")],
		["wants a scope", new Response(null, { status: 403, headers: { "www-authenticate": 'Bearer error="insufficient_scope"' } })],
		["has no such thing", new Response(null, { status: 404 })],
		["fails", new Response(null, { status: 500 })],
	])("whose API %s is answered as it is", async (_, answer) => {
		answers = [answer];
		expect(await call(api)).toBe(answer);
		expect(sent).toHaveLength(1);
	});

	test("with a body that can be read once is not made again", async () => {
		answers = [challenge("invalid_token")];
		const body = new Blob(["x"]).stream();
		expect((await call(api, { method: "POST", body })).status).toBe(401);
		expect(sent).toHaveLength(1);
	});

	test("to a path of the page's own is resolved as `fetch` does", async () => {
		await call("api/orders");
		expect(sent[0]?.url).toBe("https://shop.acme.test/app/api/orders");
	});
});
