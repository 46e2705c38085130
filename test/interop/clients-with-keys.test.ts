import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApache } from "./apache.ts";
import { startFlask } from "./flask.ts";
import { alice, type House, openHouse } from "./house.ts";
import { listening } from "./listening.ts";
import { visiting } from "./visiting.ts";

/** The first test that needs a package may have to fetch it. */
const mayUnpack = 120_000;

let house: House;
beforeAll(async () => {
	house = await openHouse({ withKeys: true });
	const { privateKey, publicKey } = generateKeyPairSync("rsa", {
		modulusLength: 2048,
		privateKeyEncoding: { type: "pkcs8", format: "pem" },
		publicKeyEncoding: { type: "spki", format: "pem" },
	});
	house.put("key.pem", privateKey);
	house.put("key.pub", publicKey);
});
afterAll(() => house[Symbol.asyncDispose]());

test("openid-client with a key: it signs who it is, and what it asks for", async () => {
	const { jwks } = await import(house.write("issuer.ts", 1));
	const app = await import(house.write("portal.ts"));
	const { signed } = await import(house.write("signed.ts"));
	await using _ = await listening(house.app, (_, response) =>
		response.setHeader("content-type", "application/json").end(JSON.stringify(jwks)),
	);
	const visitor = visiting(house);

	const { url, attempt } = await app.signIn();
	const request: URL = await signed(url);
	expect([...request.searchParams.keys()].toSorted()).toEqual(["client_id", "request"]);
	const back = await visitor.open(request, ({ origin }) => origin === house.app);
	const tokens = await app.signedIn(back.url, attempt);
	expect((await app.refresh(tokens.refresh_token)).refresh_token).not.toBe(tokens.refresh_token);
});

test("mod_auth_openidc with a key: it publishes the public one, and names the token endpoint", { timeout: mayUnpack }, async () => {
	await using _wiki = await listening(house.behind, (request, response) => response.end(JSON.stringify(request.headers)));
	await using _apache = await startApache(house, "wiki.conf", "wiki-key.conf");
	const page = await visiting(house).open(`${house.app}/page`);
	expect(JSON.parse(page.text)).toMatchObject({ oidc_claim_preferred_username: "alice" });
});

test("Authlib with a key: its statements live for a minute", { timeout: mayUnpack }, async () => {
	await using _ = await startFlask(house, "report.py", "report_key.py");
	const visitor = visiting(house);
	expect((await visitor.open(`${house.app}/sign-in`)).text).toContain(alice.name);
	expect((await visitor.press("refresh")).text).toContain(alice.name);
});
