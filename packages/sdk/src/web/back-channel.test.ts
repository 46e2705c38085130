import type { Issuer } from "@gatehouse/testing";
import { issuerTest } from "@gatehouse/testing/vitest";
import { describe, expect } from "vitest";
import type { Browser } from "../../test/web/browser.ts";
import { company, house, origin } from "../../test/web/house.ts";
import { AuthError, memory, type SessionStore } from "./index.ts";

const test = issuerTest(company);
const event = "http://schemas.openid.net/event/backchannel-logout";
const signedIn = async (at: Browser) => (await at.call("/me")).status === 200;

type App = ReturnType<typeof house>["app"];

/** As the issuer's server posts it: no cookie, no browser. */
const post = (app: App, token: string, type = "application/x-www-form-urlencoded") =>
	app(
		new Request(`${origin}/auth/backchannel`, {
			method: "POST",
			headers: { "content-type": type },
			body: new URLSearchParams({ logout_token: token }).toString(),
		}),
	);

const sidOf = async (issuer: Issuer) => (await issuer.sessions("alice"))[0]!.id;

test("a logout token ends the session that it names, and no other; the next page says why", async ({ issuer }) => {
	const { app, browser, signIn } = house(issuer);
	const [alice, second, bob] = [browser(), browser(), browser()];
	await signIn(alice);
	const sid = await sidOf(issuer);
	await signIn(second);
	await signIn(bob, "/me", "bob");
	const answer = await post(app, await issuer.logoutToken({ clientId: "crm", sid }));
	expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
	expect([await signedIn(alice), await signedIn(second), await signedIn(bob)]).toEqual([false, true, true]);
	expect(await (await alice.call("/me")).json()).toMatchObject({ error: "session_expired" });
});

test("a logout token that names a person ends all sessions of theirs", async ({ issuer }) => {
	const { app, browser, signIn } = house(issuer);
	const [alice, second, bob] = [browser(), browser(), browser()];
	await signIn(alice);
	await signIn(second);
	await signIn(bob, "/me", "bob");
	expect((await post(app, await issuer.logoutToken({ clientId: "crm", person: "alice" }))).status).toBe(200);
	expect([await signedIn(alice), await signedIn(second), await signedIn(bob)]).toEqual([false, false, true]);
});

test("a logout token for a session that is not here is a good one all the same", async ({ issuer }) => {
	const { app } = house(issuer);
	expect((await post(app, await issuer.logoutToken({ clientId: "crm", sid: "nobody's" }))).status).toBe(200);
});

describe("LO-06", () => {
	const now = () => Math.floor(Date.now() / 1000);
	const faults: Readonly<Record<string, { readonly claims?: Readonly<Record<string, unknown>>; readonly typ?: string }>> = {
		"with a nonce": { claims: { nonce: "n" } },
		"without events": { claims: { events: undefined } },
		"with another event": { claims: { events: { "https://evil.test/event": {} } } },
		"whose event is no object": { claims: { events: { [event]: true } } },
		"whose event is a list": { claims: { events: { [event]: [] } } },
		"whose events are a list": { claims: { events: [event] } },
		"of another type": { typ: "JWT" },
		"of the type of an access token": { typ: "at+jwt" },
		"for another client": { claims: { aud: "shop" } },
		"without an audience": { claims: { aud: undefined } },
		"of another issuer": { claims: { iss: "https://evil.test" } },
		"without an id": { claims: { jti: undefined } },
		"without iat": { claims: { iat: undefined } },
		"without exp": { claims: { exp: undefined } },
		"of an hour ago": { claims: { iat: now() - 3600, exp: now() + 60 } },
		"of tomorrow": { claims: { iat: now() + 86_400, exp: now() + 86_460 } },
		"that has expired": { claims: { iat: now() - 200, exp: now() - 80 } },
		"that names nobody": { claims: { sid: undefined, sub: undefined } },
		"whose session is no text": { claims: { sid: 1 } },
	};
	for (const [what, { claims = {}, typ = "logout+jwt" }] of Object.entries(faults))
		test(`a logout token ${what} is answered 400 and ends nothing; made right, it ends the session`, async ({ issuer }) => {
			const { app, browser, signIn } = house(issuer, { onError: () => undefined });
			const alice = browser();
			await signIn(alice);
			const sid = await sidOf(issuer);
			const answer = await post(app, await issuer.logoutToken({ clientId: "crm", sid, typ, claims }));
			expect([answer.status, answer.headers.get("cache-control")]).toEqual([400, "no-store"]);
			expect(await answer.json()).toMatchObject({ error: "invalid_request", error_description: expect.any(String) });
			expect(await signedIn(alice)).toBe(true);
			expect((await post(app, await issuer.logoutToken({ clientId: "crm", sid }))).status).toBe(200);
			expect(await signedIn(alice)).toBe(false);
		});

	test("a logout token that comes again is answered 400, and does not end the session that began meanwhile", async ({ issuer }) => {
		const { app, browser, signIn } = house(issuer, { onError: () => undefined });
		const alice = browser();
		await signIn(alice);
		const token = await issuer.logoutToken({ clientId: "crm", person: "alice" });
		expect((await post(app, token)).status).toBe(200);
		await signIn(alice);
		expect((await post(app, token)).status).toBe(400);
		expect(await signedIn(alice)).toBe(true);
	});

	test("an unsigned token, one of a foreign key and one that was changed are answered 400", async ({ issuer }) => {
		const { app, browser, signIn } = house(issuer, { onError: () => undefined });
		const alice = browser();
		await signIn(alice);
		const genuine = await issuer.logoutToken({ clientId: "crm", sid: await sidOf(issuer) });
		const [head, body, tail] = genuine.split(".") as [string, string, string];
		const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
		const header = JSON.parse(Buffer.from(head, "base64url").toString());
		for (const forged of [
			`${encode({ ...header, alg: "none" })}.${body}.`,
			`${encode({ ...header, alg: "HS256" })}.${body}.${tail}`,
			`${encode({ ...header, kid: "nobody" })}.${body}.${tail}`,
			`${head}.${body}.${tail.startsWith("A") ? "B" : "A"}${tail.slice(1)}`,
			"not.a.token",
			"",
		])
			expect((await post(app, forged)).status).toBe(400);
		expect(await signedIn(alice)).toBe(true);
		expect((await post(app, genuine)).status).toBe(200);
		expect(await signedIn(alice)).toBe(false);
	});

	test("a logout token may be untyped, as older issuers write it; an untyped ID token is none all the same", async ({ issuer }) => {
		const { app, browser, signIn } = house(issuer, { onError: () => undefined });
		const alice = browser();
		await signIn(alice);
		const sid = await sidOf(issuer);
		const untyped = async (claims: Readonly<Record<string, unknown>>) => {
			const token = await issuer.logoutToken({ clientId: "crm", sid });
			const genuine = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
			return issuer.sign(undefined as never, { ...genuine, ...claims });
		};
		const idToken = await untyped({ events: undefined, nonce: "n", sub: issuer.person("alice").sub });
		expect(JSON.parse(Buffer.from(idToken.split(".")[0]!, "base64url").toString())).not.toHaveProperty("typ");
		for (const refused of [idToken, await untyped({ nonce: "n" }), await untyped({ events: undefined })])
			expect((await post(app, refused)).status).toBe(400);
		expect(await signedIn(alice)).toBe(true);
		expect((await post(app, await untyped({}))).status).toBe(200);
		expect(await signedIn(alice)).toBe(false);
	});

	test("a logout token by another algorithm than the client is registered for is answered 400", async ({ issuer }) => {
		const { app, browser, signIn } = house(issuer, { onError: () => undefined });
		const alice = browser();
		await signIn(alice);
		const token = await issuer.logoutToken({ clientId: "crm", sid: await sidOf(issuer) });
		const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
		expect((await post(app, await issuer.sign("logout+jwt", claims, "ES256"))).status).toBe(400);
		expect(await signedIn(alice)).toBe(true);
		expect((await post(app, await issuer.sign("logout+jwt", claims, "RS256"))).status).toBe(200);
		expect(await signedIn(alice)).toBe(false);
	});

	test("an ID token of the very session is no logout token", async ({ issuer }) => {
		let idToken = "";
		const { app, browser, signIn } = house(issuer, {
			onError: () => undefined,
			fetch: async (url, init) => {
				const response = await fetch(url, init);
				if (url.endsWith("/token")) idToken = ((await response.clone().json()) as { id_token: string }).id_token;
				return response;
			},
		});
		const alice = browser();
		await signIn(alice);
		expect(idToken).not.toBe("");
		expect((await post(app, idToken)).status).toBe(400);
		expect(await signedIn(alice)).toBe(true);
	});

	test("a request that is no form, has two tokens or is too long is answered 400, and a GET 405", async ({ issuer }) => {
		const { app } = house(issuer, { onError: () => undefined });
		const token = await issuer.logoutToken({ clientId: "crm", person: "alice" });
		expect((await post(app, token, "application/json")).status).toBe(400);
		expect((await post(app, `${token}&logout_token=${token}`)).status).toBe(400);
		const twice = new URLSearchParams([
			["logout_token", token],
			["logout_token", token],
		]);
		expect((await app(new Request(`${origin}/auth/backchannel`, { method: "POST", body: twice }))).status).toBe(400);
		expect((await post(app, "a".repeat(70_000))).status).toBe(400);
		expect((await app(new Request(`${origin}/auth/backchannel?logout_token=${token}`))).status).toBe(405);
		expect((await post(app, token)).status).toBe(200);
	});

	test("a store that fails in the middle of a sign-out uses no logout token up: it is said that it may be sent again, and then it ends the session", async ({
		issuer,
	}) => {
		const store = memory();
		for (const verb of ["find", "replace"] as const) {
			let failures = 1;
			const failing = async (...parameters: never[]) => {
				if (failures-- > 0) throw new AuthError("store_unreachable", "The store does not answer.");
				return (store[verb] as (...all: never[]) => unknown)(...parameters);
			};
			const { app, browser, signIn } = house(issuer, { store: { ...store, [verb]: failing } as SessionStore });
			const alice = browser();
			await signIn(alice);
			failures = 1;
			const token = await issuer.logoutToken({ clientId: "crm", person: "alice" });
			const statuses = [];
			for (let time = 0; time < 3; time++) statuses.push([(await post(app, token)).status, await signedIn(alice)]);
			expect(statuses).toEqual([
				[503, true],
				[200, false],
				[400, false],
			]);
		}
	});

	test("where the issuer's keys cannot be had it is said that it may be sent again, and then it is taken", async ({ issuer }) => {
		const { app } = house(issuer);
		const token = await issuer.logoutToken({ clientId: "crm", person: "alice" });
		issuer.offline();
		const answer = await post(app, token);
		expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "10"]);
		issuer.online();
		expect((await post(house(issuer).app, token)).status).toBe(200);
	});
});
