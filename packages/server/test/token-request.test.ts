import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdClient } from "./family.ts";
import { authorize, codeOf, proof, redeem, requestOf, type TestClient, token } from "./flow.ts";
import { encode, type Fields } from "./form.ts";
import { basic, clients, crm, type House, openHouse } from "./house.ts";
import { expectRefused, expectUnauthenticated } from "./refused.ts";

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

/** A request that is right; every row changes one thing about it. */
const honest: Fields = { grant_type: "client_credentials", resource: crm };

async function expectHonest(): Promise<void> {
	expect((await token(house, clients.night, honest)).statusCode).toBe(200);
}

describe("TK-10: which grant types there are, and for whom", () => {
	const rows: readonly {
		readonly client: TestClient;
		readonly type: string;
		readonly error: "unauthorized_client" | "unsupported_grant_type";
	}[] = [
		{ client: clients.shop, type: "client_credentials", error: "unauthorized_client" },
		{ client: clients.portal, type: "client_credentials", error: "unauthorized_client" },
		{ client: clients.night, type: "authorization_code", error: "unauthorized_client" },
		{ client: clients.night, type: "refresh_token", error: "unauthorized_client" },
		{ client: clients.legacy, type: "refresh_token", error: "unauthorized_client" },
		{ client: clients.crmApi, type: "client_credentials", error: "unauthorized_client" },
		{ client: clients.crmApi, type: "authorization_code", error: "unauthorized_client" },
		...[
			"password",
			"implicit",
			"urn:ietf:params:oauth:grant-type:device_code",
			"urn:ietf:params:oauth:grant-type:token-exchange",
			"urn:ietf:params:oauth:grant-type:jwt-bearer",
			"Client_Credentials",
			"client_credentials ",
			"client_credentials\0",
			"__proto__",
			"toString",
			"x".repeat(1000),
			"é\u2028\r\nset-cookie: a=b",
		].map((type) => ({ client: clients.night, type, error: "unsupported_grant_type" }) as const),
	];
	test.each(rows.map((row) => ({ ...row, shown: JSON.stringify(row.type).slice(0, 50) })))(
		"TK-10 $shown by $client.client_id is $error",
		async ({ client, type, error }) => {
			const rest = { username: "alice", password: "x", code: "x", refresh_token: "x", resource: crm };
			expectRefused(await token(house, client, { ...rest, grant_type: type }), error);
			await expectHonest();
		},
	);

	test("TK-10 none at all, an empty one, one that comes twice", async () => {
		expectRefused(await token(house, clients.night, { resource: crm }), "invalid_request");
		expectRefused(await token(house, clients.night, { ...honest, grant_type: "" }), "invalid_request");
		expectRefused(await token(house, clients.night, { ...honest, grant_type: ["client_credentials", "password"] }), "invalid_request");
		await expectHonest();
	});

	test("TK-10 what is missing is said after the client is known: a stranger learns nothing", async () => {
		expectUnauthenticated(await house.post("/token", { grant_type: "password" }), false);
		expectRefused(await token(house, clients.portal, { grant_type: "authorization_code" }), "invalid_request");
		expectRefused(await token(house, clients.portal, { grant_type: "refresh_token" }), "invalid_request");
	});
});

describe("TK-11: who may ask for itself", () => {
	test("TK-11 a public client, also one that is registered for it all the same", async () => {
		expectRefused(await house.post("/token", { ...honest, client_id: "shop" }), "unauthorized_client");
		const { store } = house.gatehouse.ground;
		const row = (await store.clients.find("shop"))!;
		await store.clients.put({ ...row, metadata: { ...row.metadata, grant_types: ["client_credentials"] } }, []);
		await house.gatehouse.refresh();
		try {
			expectRefused(await house.post("/token", { ...honest, client_id: "shop", scope: "crm.read" }), "unauthorized_client");
		} finally {
			await store.clients.put(row, []);
			await house.gatehouse.refresh();
		}
		await expectHonest();
	});

	test("TK-11 a disabled client, switched off in its row or held", async () => {
		expectUnauthenticated(await token(house, clients.retired, honest), true);
		await holdClient(house, "night", true);
		expectUnauthenticated(await token(house, clients.night, honest), true);
		await holdClient(house, "night", false);
		await expectHonest();
	});

	test("TK-11 a client without any scope of an API", async () => {
		const { store } = house.gatehouse.ground;
		const row = (await store.clients.find("night"))!;
		await store.clients.put({ ...row, metadata: { ...row.metadata, scope: "openid profile" } }, []);
		await house.gatehouse.refresh();
		try {
			expectRefused(await token(house, clients.night, honest), "invalid_target");
			expectRefused(await token(house, clients.night, { ...honest, scope: "openid" }), "invalid_scope");
		} finally {
			await store.clients.put(row, []);
			await house.gatehouse.refresh();
		}
		await expectHonest();
	});
});

describe("TK-13: a form in UTF-8, posted", () => {
	const form = "application/x-www-form-urlencoded";
	const body = encode(honest);
	const ask = (change: InjectOptions) =>
		house.request({ method: "POST", url: "/token", headers: { "content-type": form, ...basic(clients.night) }, payload: body, ...change });
	const typed = (type: string | string[] | undefined, payload: string | Buffer = body) =>
		ask({
			headers: { ...basic(clients.night), ...(type === undefined ? {} : { "content-type": type }) } as Record<string, string>,
			payload,
		});

	test.each(["GET", "HEAD", "PUT", "PATCH", "DELETE"] as const)("TK-13 %s is 405 and names POST", async (method) => {
		const answer = await ask({ method, ...(method === "GET" || method === "HEAD" ? { url: `/token?${body}`, payload: "" } : {}) });
		expect(answer.statusCode).toBe(405);
		expect(answer.headers).toMatchObject({ allow: "POST", "cache-control": "no-store" });
		if (method !== "HEAD") expectRefused(answer, "method_not_allowed");
		await expectHonest();
	});

	const refused: readonly (readonly [string, InjectOptions])[] = [
		["every parameter in the query", { url: `/token?${body}`, payload: "" }],
		["one parameter in the query", { url: "/token?resource=https%3A%2F%2Fcrm.company.test" }],
		["a secret in the query", { url: "/token?client_secret=x" }],
		["a query without a name", { url: "/token?=" }],
	];
	test.each(refused)("TK-13 %s", async (_name, change) => {
		expectRefused(await ask(change), "invalid_request");
		await expectHonest();
	});

	test("TK-13 an empty query is none", async () => {
		expect((await ask({ url: "/token?" })).statusCode).toBe(200);
	});

	test.each([
		["JSON", "application/json", JSON.stringify({ grant_type: "client_credentials", resource: crm })],
		["JSON in a form's clothes", form, JSON.stringify({ grant_type: "client_credentials", resource: crm })],
		["a form in JSON's clothes", "application/json", body],
		["plain text", "text/plain", body],
		[
			"multipart",
			"multipart/form-data; boundary=x",
			`--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\nclient_credentials\r\n--x--`,
		],
		["no type", undefined, body],
		["two types in one", `${form}, application/json`, body],
		["the same type twice in one", `${form}, ${form}`, body],
		["two types", [form, "application/json"], body],
		["two types, the other way round", ["application/json", form], body],
		["the same type twice", [form, form], body],
		["UTF-16 said", `${form}; charset=utf-16`, body],
		["UTF-16 said and sent", `${form}; charset=utf-16le`, Buffer.from(body, "utf16le")],
		["UTF-16 sent", form, Buffer.from(body, "utf16le")],
		["UTF-7", `${form}; charset=utf-7`, body],
		["Latin-1", `${form}; charset=iso-8859-1`, body],
		["two charsets", `${form}; charset=utf-8; charset=utf-16`, body],
		["a type that goes on", `${form}x`, body],
		["a broken escape", form, `${body}&scope=%zz`],
		["an escape that is no UTF-8", form, `${body}&scope=%ff%fe`],
		["an overlong escape", form, `${body}&scope=%c0%80`],
		["nothing", form, ""],
		["too many fields", form, `${body}${"&a=b".repeat(200)}`],
		["a parameter twice", form, `${body}&scope=crm.read&scope=crm.read`],
		["an unknown parameter twice", form, `${body}&foo=1&foo=2`],
		["nested names for one", form, `${body.replace("grant_type", "grant_type[]")}`],
	] as const)("TK-13 %s", async (_name, type, payload) => {
		expectRefused(await typed(type as string | string[] | undefined, payload), "invalid_request");
		await expectHonest();
	});

	test.each([form, `${form};charset=utf-8`, `${form}; charset=UTF-8`, `${form}; charset="utf-8"`, form.toUpperCase()])(
		"TK-13 the twin: %s is a form in UTF-8",
		async (type) => {
			expect((await typed(type)).statusCode).toBe(200);
		},
	);

	test("TK-13 unknown parameters are ignored, names without a value count as absent", async () => {
		const answer = await typed(form, `${body}&scope=&foo=bar&__proto__=x&constructor=y&&=z`);
		expect(answer.statusCode, answer.body).toBe(200);
		expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
	});

	test("a body beyond 64 KB is refused unread, whoever sends it", async () => {
		const answer = await typed(form, `${body}&a=${"b".repeat(70_000)}`);
		expectRefused(answer, "content_too_large");
		await expectHonest();
	});
});

test("a public client redeems by naming itself, a confidential one by proving itself: both doors of RFC 6749 §3.2.1", async () => {
	for (const client of [clients.shop, clients.portal, clients.analytics]) {
		const request = requestOf(client);
		const browser = house.browser();
		const shown = await authorize(browser, request);
		const code = codeOf(shown.page === "consent" ? await browser.click(shown, "consent-allow") : shown);
		expect(Object.keys(proof(client).headers)).toEqual(client === clients.portal ? ["authorization"] : []);
		expect((await redeem(house, request, code)).statusCode).toBe(200);
	}
});
