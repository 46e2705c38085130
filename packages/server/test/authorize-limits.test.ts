import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { codeOf, type Request, redeem, requestOf, signedIn } from "./flow.ts";
import { encode, type Fields } from "./form.ts";
import { clients, crm, type House, issuer, openHouse } from "./house.ts";
import { expectCode, expectErrorPage, expectRefusal, storeState } from "./outcome.ts";

/** Apps whose registration alone is as large as it may be. */
const wide = {
	client_id: "wide",
	token_endpoint_auth_method: "none",
	redirect_uris: [`https://wide.company.test/${"x".repeat(1000)}`],
	first_party: true,
	scope: `openid profile ${Array.from({ length: 101 }, (_, i) => `s${i}`).join(" ")}`,
};
const wideResources = Array.from({ length: 11 }, (_, r) => ({
	identifier: `https://wide-${r}.company.test`,
	scopes: Object.fromEntries(Array.from({ length: r === 0 ? 91 : 1 }, (_unused, i) => [`s${r === 0 ? i : 90 + r}`, "Something"])),
}));

let house: House;
let browser: Browser;
beforeAll(async () => {
	house = await openHouse({
		file: {
			clients: [...Object.values(clients), wide],
			resources: [
				{ identifier: crm, scopes: { "crm.read": "Read", "crm.write": "Write" } },
				{ identifier: "https://orders.company.test", scopes: { "orders.read": "Read" } },
				...wideResources,
			],
		},
	});
	({ browser } = await signedIn(house, clients.portal));
});
afterAll(() => house[Symbol.asyncDispose]());

const wideRequest = (fields: Fields = {}) =>
	requestOf(clients.shop, { client_id: "wide", redirect_uri: wide.redirect_uris[0], state: "s", nonce: "n", ...fields });

/** By POST, so that nothing but our own limits counts: 16 KB of URL would end a request before. */
async function posted(request: Request): Promise<Shown> {
	const answer = await browser.send("POST", `${issuer}/authorize`, request.fields);
	return browser.go(answer.headers.location?.startsWith("/") ? answer.headers.location : request.url);
}

/** `{"id_token":{"name":{"values":[…]}}}` of that many bytes. */
function claimsOf(bytes: number): string {
	const around = '{"id_token":{"name":{"value":""}}}';
	return around.replace('""', `"${"x".repeat(bytes - around.length)}"`);
}

describe("D7 the limits of an authorization request: the last byte passes, the next one is refused", () => {
	test.each([
		["state", 2048],
		["nonce", 512],
		["login_hint", 256],
	])("D7 %s", async (name, limit) => {
		for (const letter of ["a", "é", "€", "😀"]) {
			const size = Buffer.byteLength(letter);
			const full = letter.repeat(Math.floor(limit / size));
			const right = requestOf(clients.shop, { [name]: full.padEnd(full.length + (limit % size), "a") });
			expectCode(await browser.go(right.url), right);
			expectCode(await posted(right), right);
			const wrong = requestOf(clients.shop, { [name]: `${right.fields[name]}a` });
			expectRefusal(await browser.go(wrong.url), wrong, "invalid_request");
		}
	});

	test("D7 claims", async () => {
		const right = requestOf(clients.shop, { claims: claimsOf(1024) });
		expectCode(await browser.go(right.url), right);
		const wrong = requestOf(clients.shop, { claims: claimsOf(1025) });
		expectRefusal(await browser.go(wrong.url), wrong, "invalid_request");
	});

	test("D7 ten resources", async () => {
		const scope = `openid ${Array.from({ length: 11 }, (_, r) => `s${90 + r}`).join(" ")}`;
		const resource = wideResources.map(({ identifier }) => identifier);
		const right = wideRequest({ scope, resource: resource.slice(1) });
		expectCode(await browser.go(right.url), right);
		const wrong = wideRequest({ scope, resource });
		expectRefusal(await browser.go(wrong.url), wrong, "invalid_request");
	});

	test("D7 a hundred scopes", async () => {
		const names = Array.from({ length: 99 }, (_, i) => `s${i}`);
		const right = wideRequest({ redirect_uri: wide.redirect_uris[0], scope: ["openid", ...names].join(" ") });
		expectCode(await browser.go(right.url), right);
		const again = wideRequest({ scope: ["openid", ...names, "openid", "s1"].join(" ") });
		expectCode(await browser.go(again.url), again);
		const wrong = wideRequest({ scope: ["openid", ...names, "s99"].join(" ") });
		expectRefusal(await browser.go(wrong.url), wrong, "invalid_request");
	});

	test("D7 8 KB of parameters, counted as they travel", async () => {
		const request = requestOf(clients.shop);
		const rest = 8192 - encode(request.fields).length - "&ui_locales=".length;
		for (const [letter, escaped] of [
			["a", 1],
			[":", 3],
			["é", 6],
		] as const) {
			const many = letter.repeat(Math.floor(rest / escaped)).padEnd(Math.floor(rest / escaped) + (rest % escaped), "a");
			const right = { ...request, fields: { ...request.fields, ui_locales: many } };
			expectCode(await browser.go(`${issuer}/authorize?${encode(right.fields)}`), right);
			expectCode(await posted(right), right);
			const wrong = { ...request, fields: { ...request.fields, ui_locales: `${many}a` } };
			expectRefusal(await browser.go(`${issuer}/authorize?${encode(wrong.fields)}`), wrong, "invalid_request");
			const answer = await browser.send("POST", `${issuer}/authorize`, wrong.fields);
			expect(answer.headers.location).toContain("error=invalid_request");
		}
	});

	test("D7 the largest request fits sealed into a URL that a server takes, on every hop", async () => {
		const around = requestOf(clients.shop, { state: ":".repeat(682), prompt: "login consent" });
		const rest = 8192 - encode(around.fields).length - "&ui_locales=".length;
		const request = requestOf(clients.shop, { ...around.fields, ui_locales: ":".repeat(Math.floor(rest / 3)) });
		const visitor = house.browser();
		let longest = 0;
		const hop = async (method: "GET" | "POST", url: string, fields?: Fields) => {
			const answer = await visitor.send(method, url, fields);
			const location = answer.headers.location ?? "";
			if (location.startsWith("/")) longest = Math.max(longest, location.length);
			return location;
		};
		const login = await hop("GET", await hop("POST", `${issuer}/authorize`, request.fields));
		expect(login).toMatch(/^\/login/);
		const form = visitor.hidden(await visitor.go(login));
		const consent = await hop("GET", await hop("POST", "/login", { ...form, username: "alice", password: "correct horse battery staple" }));
		expect(consent).toMatch(/^\/consent/);
		const answered = await hop("POST", "/consent", { ...visitor.hidden(await visitor.go(consent)), answer: "allow" });
		expectCode(await visitor.go(answered), request);
		// 16 KB are for the URL and all headers of a browser.
		expect(longest).toBeGreaterThan(10_000);
		expect(longest).toBeLessThan(13_000);
	});

	test("D7 200 fields", async () => {
		const request = requestOf(clients.shop);
		const own = Object.keys(request.fields).length;
		const more = (count: number) => Array.from({ length: count }, (_, i) => `&x${i}=1`).join("");
		expectCode(await browser.go(request.url + more(200 - own)), request);
		expectErrorPage(await browser.go(request.url + more(201 - own)));
	});
});

describe("D7 a code is at most 4 KB", () => {
	const names = Array.from({ length: 99 }, (_, i) => `s${i}`);
	const nearly: readonly (readonly [string, (size: number) => Fields])[] = [
		["nonce", (size) => ({ nonce: "n".repeat(Math.min(size, 512)), claims: claimsOf(40 + Math.max(0, Math.min(984, size - 512))) })],
		[
			"a nonce of quotes",
			(size) => ({ nonce: '"'.repeat(Math.min(size, 512)), claims: claimsOf(40 + Math.max(0, Math.min(984, size - 512))) }),
		],
		[
			"scopes",
			(size) => ({
				scope: ["openid", ...names.slice(0, Math.min(99, size / 8))].join(" "),
				nonce: "n".repeat(Math.max(0, Math.min(512, size - 792))),
			}),
		],
		[
			"numbers that are longer when they are written again",
			(size) => ({ claims: `{"id_token":{"name":{"values":[${Array.from({ length: size / 8 }, () => "1e20").join(",")}]}}}` }),
		],
		["quotes within quotes", (size) => ({ claims: `{"id_token":{"name":{"value":"${'\\"'.repeat(size / 4)}"}}}` })],
	];

	test.each(nearly)("D7 %s: a request whose code would be longer is refused before any page", async (_what, fieldsOf) => {
		let [fits, refused, longest] = [0, 0, 0];
		for (let size = 40; size <= 1500; size += 40) {
			const request = wideRequest(fieldsOf(size));
			const shown = await browser.go(request.url);
			if (shown.url.searchParams.has("code")) {
				const code = expectCode(shown, request);
				longest = Math.max(longest, code.length);
				fits++;
				continue;
			}
			expectRefusal(shown, request, "invalid_request");
			expectRefusal(await house.browser().go(request.url), request, "invalid_request");
			refused++;
		}
		expect([fits, refused]).toSatisfy((counts: number[]) => counts.every((count) => count > 0));
		expect(longest).toBeGreaterThan(3700);
		expect(longest).toBeLessThanOrEqual(4096);
	});

	test("D7 the longest code that is issued can be redeemed", async () => {
		const request = wideRequest({ nonce: "n".repeat(512), claims: claimsOf(700) });
		const answer = await redeem(house, { ...request, client: clients.shop }, codeOf(await browser.go(request.url)), { client_id: "wide" });
		expect(answer.statusCode, answer.body).toBe(200);
	});
});

describe("AZ-18 more than any honest request holds", () => {
	const tenThousand = Array.from({ length: 10_000 }, (_, i) => `scope${i}`).join(" ");
	const deep = (depth: number) => `{"id_token":{"name":${'{"value":'.repeat(depth)}1${"}".repeat(depth)}}}`;
	test.each([
		["10⁴ scopes", { scope: `openid ${tenThousand}` }, "invalid_request"],
		["the same scope 10⁴ times", { scope: "openid ".repeat(10_000) }, "invalid_request"],
		["a scope with a NUL", { scope: "openid pro\0file" }, "invalid_scope"],
		["a scope with a quote", { scope: 'openid "profile"' }, "invalid_scope"],
		["a scope with a backslash", { scope: "openid pro\\file" }, "invalid_scope"],
		["scopes apart by a tab", { scope: "openid\tprofile" }, "invalid_scope"],
		["scopes apart by a comma", { scope: "openid,profile" }, "invalid_scope"],
		["a scope of another script", { scope: "openid prof\u0456le" }, "invalid_scope"],
		["an unregistered scope", { scope: "openid nobody.knows" }, "invalid_scope"],
		["an API's scope that is not the client's", { scope: "openid s1" }, "invalid_scope"],
		["a scope in capitals", { scope: "OPENID" }, "invalid_scope"],
		["a scope that every object has", { scope: "openid __proto__ constructor" }, "invalid_scope"],
		["claims of 64 KB", { claims: claimsOf(65_536) }, "invalid_request"],
		["claims 10⁴ deep", { claims: deep(10_000) }, "invalid_request"],
		["claims 100 deep", { claims: deep(100) }, "invalid_request"],
		["brackets 1000 deep", { claims: "[".repeat(1000) }, "invalid_request"],
		["10⁵ locales", { ui_locales: "de ".repeat(100_000) }, "invalid_request"],
		["64 KB of locales", { ui_locales: "de ".repeat(21_845) }, "invalid_request"],
		["a prompt of 64 KB", { prompt: "login ".repeat(10_922) }, "invalid_request"],
		["a hint of 64 KB", { id_token_hint: "a.".repeat(32_768) }, "invalid_request"],
		["a number of 64 KB", { max_age: "1".repeat(65_536) }, "invalid_request"],
	] as const)("AZ-18 %s", async (_what, fields, error) => {
		const before = await storeState(house);
		const request = requestOf(clients.shop, fields);
		expectRefusal(await browser.go(request.url), request, error);
		const answer = await browser.send("POST", `${issuer}/authorize`, request.fields);
		if (encode(request.fields).length > 65_536) expect(answer.statusCode).toBe(413);
		else expectRefusal(await posted(request), request, error);
		expect(await storeState(house)).toEqual(before);
		const honest = requestOf(clients.shop);
		expectCode(await browser.go(honest.url), honest);
	});

	test("AZ-18 twin: claims as deep as JSON may be (D7)", async () => {
		// Two levels stand around what is counted here.
		const right = requestOf(clients.shop, { claims: deep(29) });
		expectCode(await browser.go(right.url), right);
	});

	test.each([
		'{"__proto__":{"polluted":null}}',
		'{"id_token":{"__proto__":{"polluted":true}}}',
		'{"userinfo":{"__proto__":null,"constructor":{"value":{"prototype":{"polluted":true}}},"name":null}}',
	])("AZ-18 %s pollutes nothing and is ignored", async (claims) => {
		const request = requestOf(clients.shop, { scope: "openid profile", claims });
		const code = expectCode(await browser.go(request.url), request);
		expect((await redeem(house, request, code)).statusCode).toBe(200);
		expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
		expect(Object.keys(Object.prototype)).toEqual([]);
	});

	test("AZ-18 a parameter named like a member of every object is one that nobody knows", async () => {
		const request = requestOf(clients.shop);
		expectCode(await browser.go(`${request.url}&__proto__=${"x".repeat(3000)}&constructor=y&toString=z&resource=`), request);
	});

	test.each([
		["scope", (size: number) => Array.from({ length: size / 8 }, (_, i) => `s${String(i).padStart(6, "0")}`).join(" ")],
		["claims", (size: number) => claimsOf(size)],
		["ui_locales", (size: number) => "de ".repeat(size / 3)],
		["state", (size: number) => "\u20ac".repeat(size / 9)],
		["prompt", (size: number) => "login ".repeat(size / 6)],
		["resource", (size: number) => Array.from({ length: 150 }, () => "r".repeat(size / 160))],
	])("AZ-18 BOUND: ten times as much of %s costs at most twelve times the work", async (name, made) => {
		const cost = async (size: number) => {
			const request = requestOf(clients.shop, { [name]: made(size) });
			const options = {
				method: "POST" as const,
				url: "/authorize",
				headers: { "content-type": "application/x-www-form-urlencoded" },
				payload: encode(request.fields),
			};
			const times: number[] = [];
			for (let round = 0; round < 8; round++) {
				const start = process.cpuUsage();
				for (let i = 0; i < 10; i++) expect((await house.request(options)).statusCode).toBe(303);
				const { user, system } = process.cpuUsage(start);
				times.push(user + system);
			}
			return Math.min(...times);
		};
		await cost(1000);
		const small = await cost(6000);
		expect((await cost(60_000)) / small).toBeLessThan(12);
	});
});
