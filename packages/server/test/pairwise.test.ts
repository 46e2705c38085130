import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "./browser.ts";
import { clientLike, codeOf, payloadOf, redeem, refresh, requestOf, signedIn, type TestClient } from "./flow.ts";
import { encode } from "./form.ts";
import { basic, clients, crm, type House, issuer, openHouse } from "./house.ts";
import { expectCode, expectRefusal } from "./outcome.ts";

const register = (client_id: string, host: string, more: object = {}) =>
	clientLike(clients.analytics, { client_id, redirect_uris: [`https://${host}/cb`], subject_type: "pairwise", ...more });
/** Two apps of one sector, one of another, and one that names its sector. */
const radio = register("radio", "radio.test", { post_logout_redirect_uris: ["https://radio.test/"] });
const podcast = register("podcast", "radio.test");
const cinema = register("cinema", "cinema.test");
const tickets = register("tickets", "tickets.test", {
	redirect_uris: ["https://tickets.test/cb", "https://tickets.cinema.test/cb"],
	sector_identifier_uri: "https://cinema.test/sector.json",
});
const pairwise = [radio, podcast, cinema, tickets];
const file = { clients: [...Object.values(clients), ...pairwise] };

let house: House;
let alice: Browser;
beforeAll(async () => {
	house = await openHouse({ file });
	alice = (await signedIn(house, clients.portal)).browser;
});
afterAll(() => house[Symbol.asyncDispose]());

const subOf = (jwt: string) => payloadOf(jwt)["sub"] as string;
const userinfoOf = async (accessToken: string, at = house) =>
	(await at.request({ url: "/userinfo", headers: { authorization: `Bearer ${accessToken}` } })).json();
const subSeenBy = async (client: TestClient, browser = alice) => subOf((await signedIn(house, client, {}, browser)).id_token);
const introspected = async ({ client_id, client_secret }: typeof clients.analytics, text: string) =>
	(await house.post("/introspect", { client_id, client_secret, token: text })).json();

describe("pairwise subjects (OpenID Connect Core §8.1)", () => {
	test("clients of one sector know a person by one name, every other sector by another, and nobody by the public one", async () => {
		const known = await subSeenBy(clients.portal);
		const [a, b, c, d] = await Promise.all(pairwise.map((client) => subSeenBy(client)));
		expect(a).toMatch(/^[\w-]{43}$/);
		expect(b).toBe(a);
		expect(d).toBe(c);
		expect(new Set([known, a, c]).size).toBe(3);
		expect(await subSeenBy(radio)).toBe(a);
		const bob = (await signedIn(house, clients.portal, {}, house.browser(), "bob")).browser;
		expect(await subSeenBy(radio, bob)).not.toBe(a);
	});

	test("I6 ID token, userinfo, introspection and a refresh agree: nothing that the app gets tells the public name", async () => {
		const known = await subSeenBy(clients.portal);
		const tokens = await signedIn(house, radio, { scope: "openid profile email" }, alice);
		const sub = subOf(tokens.id_token);
		expect((await userinfoOf(tokens.access_token)).sub).toBe(sub);
		expect(payloadOf(tokens.access_token)).toMatchObject({ aud: issuer, sub });
		expect(await introspected(radio, tokens.access_token)).toMatchObject({ sub });
		expect(await introspected(radio, tokens.refresh_token)).toMatchObject({ active: true, sub });
		const again = (await refresh(house, radio, tokens.refresh_token)).json();
		expect(subOf(again.id_token)).toBe(sub);
		const everything = [tokens.id_token, tokens.access_token, again.id_token, again.access_token].map((jwt) =>
			JSON.stringify(payloadOf(jwt)),
		);
		expect([...everything, JSON.stringify(await userinfoOf(again.access_token))].join()).not.toContain(known);
	});

	test("an API knows the person by the public name, whichever app calls; introspection says what its token says", async () => {
		const known = await subSeenBy(clients.portal);
		const tokens = await signedIn(house, radio, { scope: "openid crm.read" }, alice);
		expect(payloadOf(tokens.access_token)).toMatchObject({ aud: [crm, issuer], sub: known });
		expect(await introspected(radio, tokens.access_token)).toMatchObject({ sub: known });
		const byApi = await house.post("/introspect", { token: tokens.access_token }, basic(clients.crmApi));
		expect(byApi.json()).toMatchObject({ active: true, sub: known });
		// What is for the app is pairwise all the same.
		expect((await userinfoOf(tokens.access_token)).sub).toBe(subOf(tokens.id_token));
		expect(subOf(tokens.id_token)).not.toBe(known);
	});

	test("discovery says so", async () => {
		const { subject_types_supported } = (await house.request({ url: "/.well-known/openid-configuration" })).json();
		expect(subject_types_supported).toEqual(["public", "pairwise"]);
	});
});

describe("a hint names a person as the client sees them that it was made for (OpenID Connect Core §3.1.2.1)", () => {
	const silent = { prompt: "none" };
	/** Another third party is asked for consent by hand once. */
	const allowed = async (client: TestClient) => signedIn(house, client, {}, alice);

	test("its own, another sector's, a public one: all are alice, and bob is not", async () => {
		const bob = (await signedIn(house, clients.portal, {}, house.browser(), "bob")).browser;
		for (const client of [radio, cinema, clients.portal]) {
			await allowed(client);
			for (const made of [radio, podcast, cinema, tickets, clients.portal]) {
				const { id_token } = await allowed(made);
				const right = requestOf(client, { ...silent, id_token_hint: id_token });
				expectCode(await alice.go(right.url), right);
				const wrong = requestOf(client, { ...silent, id_token_hint: id_token });
				expectRefusal(await bob.go(wrong.url), wrong, "login_required");
			}
		}
	});

	test("an expired one still; one that was altered never", async () => {
		await using own = await openHouse({ file: { ...file, sessions: { idle: "2d", absolute: "30d" } } });
		const { browser, id_token } = await signedIn(own, radio);
		own.wait(26 * 3_600_000);
		const right = requestOf(radio, { ...silent, id_token_hint: id_token });
		expectCode(await browser.go(right.url), right);
		const [header, , signature] = id_token.split(".");
		const forged = `${header}.${Buffer.from(JSON.stringify({ ...payloadOf(id_token), sub: "x" })).toString("base64url")}.${signature}`;
		const wrong = requestOf(radio, { ...silent, id_token_hint: forged });
		expectRefusal(await browser.go(wrong.url), wrong, "invalid_request");
	});

	test("a `sub` in claims is the name that the client itself knows", async () => {
		const demand = (sub: string) => ({ ...silent, claims: JSON.stringify({ id_token: { sub: { value: sub } } }) });
		const [own, known] = [subOf((await allowed(radio)).id_token), await subSeenBy(clients.portal)];
		const right = requestOf(radio, demand(own));
		expectCode(await alice.go(right.url), right);
		for (const sub of [known, subOf((await allowed(cinema)).id_token)]) {
			const wrong = requestOf(radio, demand(sub));
			expectRefusal(await alice.go(wrong.url), wrong, "login_required");
		}
	});

	test("LO-03 signing out: the hint of this very session ends it at once, that of another person asks", async () => {
		const mine = await signedIn(house, radio);
		const other = await signedIn(house, radio, {}, house.browser(), "bob");
		const leave = (hint: string) =>
			mine.browser.go(`${issuer}/end-session?${encode({ id_token_hint: hint, post_logout_redirect_uri: "https://radio.test/" })}`);
		expect((await leave(other.id_token)).page).toBe("logout");
		expect((await leave(mine.id_token)).url.href).toBe("https://radio.test/");
		const asked = requestOf(radio, silent);
		expectRefusal(await mine.browser.go(asked.url), asked, "login_required");
	});
});

describe("one store, one key", () => {
	test("AD-09 replicas that start at once have the same, a rotation of the master key keeps it, and no dump shows it", async () => {
		const folder = mkdtempSync(join(tmpdir(), "gatehouse-pairwise-"));
		const store = `sqlite:${join(folder, "gatehouse.db")}`;
		/** Without refresh tokens, which would need the former master key for as long as they live. */
		const onlyNow = register("radio", "radio.test", { grant_types: ["authorization_code"], scope: "openid" });
		const [former, newer] = [randomBytes(32).toString("base64url"), randomBytes(32).toString("base64url")];
		const masterKeyFiles = (...keys: readonly string[]) => ({
			store,
			file: { resources: [], clients: [onlyNow], masterKey: keys.length === 1 ? keys[0] : keys },
		});
		const sealedKey = () => {
			const db = new DatabaseSync(join(folder, "gatehouse.db"), { readOnly: true });
			const row = db.prepare("select value from settings where name = 'pairwiseKey'").get() as { value: string };
			db.close();
			return row.value;
		};
		const subAt = async (at: House) => {
			const request = requestOf(onlyNow);
			const tokens = (await redeem(at, request, codeOf(await signInAt(at, request.url)))).json();
			return subOf(tokens.id_token);
		};
		try {
			const [left, right] = await Promise.all([openHouse(masterKeyFiles(former)), openHouse(masterKeyFiles(former))]);
			const sub = await subAt(left);
			expect(await subAt(right)).toBe(sub);
			const before = sealedKey();
			await Promise.all([left[Symbol.asyncDispose](), right[Symbol.asyncDispose]()]);

			const both = await openHouse(masterKeyFiles(newer, former));
			expect(await subAt(both)).toBe(sub);
			expect(sealedKey()).not.toBe(before);
			await both[Symbol.asyncDispose]();

			await using after = await openHouse(masterKeyFiles(newer));
			expect(await subAt(after)).toBe(sub);
			const { secrets } = after.gatehouse.ground.tokens;
			const key = Buffer.from(secrets.unwrap("pairwise key", sealedKey()));
			const dump = ["", "-wal"].map((end) => readFileSync(join(folder, `gatehouse.db${end}`), "latin1")).join("");
			expect(dump).toContain(sealedKey());
			for (const spelling of ["latin1", "hex", "base64", "base64url"] as const) expect(dump).not.toContain(key.toString(spelling));
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});

async function signInAt(at: House, url: string) {
	const browser = at.browser();
	let shown = await browser.go(url);
	shown = await browser.signIn(shown, "alice", "correct horse battery staple");
	return shown.page === "consent" ? browser.click(shown, "consent-allow") : shown;
}
