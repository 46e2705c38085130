import { expect, test } from "vitest";
import { resolveClient } from "../model/index.ts";
import { createKeyRing, createMasterKeys, createRandom, createSigningKey, createTokens, type KeyRing } from "./index.ts";

const issuer = "https://auth.example";
const now = Date.UTC(2026, 4, 1);
const random = createRandom();

/** A room of its own, with one key. */
async function compose(key: number) {
	let ring: KeyRing | undefined;
	const masterKeys = createMasterKeys([Buffer.alloc(32, key)]);
	const tokens = createTokens({
		issuer,
		masterKeys,
		random,
		ring: () => ring as KeyRing,
		passwordThreads: 1,
		passwordQueue: 1,
	});
	const signingKey = await createSigningKey("ES256", tokens.secrets, { createdAt: now, signsFrom: now });
	ring = createKeyRing([signingKey], { secrets: tokens.secrets, hintLifetime: 1000 });
	return { tokens, masterKeys, signingKey };
}

test("AD-09 I17 nothing that the store holds is a credential", async () => {
	const { tokens, masterKeys, signingKey } = await compose(1);
	const grant = { id: random.id(now), salt: random.bytes(16), macKeyVersion: tokens.refreshTokens.version };
	const sessionId = random.id(now);
	const { cookieFor, secretHash } = tokens.sessionCookies.create();
	const clientSecret = tokens.secrets.generate();
	const stored = tokens.secrets.store(clientSecret);
	const credential = await tokens.passwords.hash("correct horse");
	const declared = tokens.secrets.declared("correct horse");
	const code = tokens.seals.seal("post", { path: "/authorize", parameters: "" }, now);

	const rows: readonly string[] = [
		JSON.stringify(grant),
		grant.id,
		Buffer.from(grant.salt).toString("base64url"),
		Buffer.concat([Buffer.from(grant.id.replaceAll("-", ""), "hex"), Buffer.of(0, 0, 0, 1), grant.salt, grant.salt]).toString("base64url"),
		sessionId,
		Buffer.from(secretHash).toString("base64url"),
		cookieFor(sessionId).replace(/.{43}$/, Buffer.from(secretHash).toString("base64url")),
		stored.sealed,
		credential.hash,
		declared,
		masterKeys.check,
		signingKey.publicJwk,
		signingKey.sealedPrivate as string,
	];
	for (const value of rows) {
		const presented = tokens.refreshTokens.parse(value);
		expect(presented !== undefined && tokens.refreshTokens.isGenuine(presented, grant)).toBe(false);
		const cookie = tokens.sessionCookies.parse(value);
		expect(cookie !== undefined && tokens.sessionCookies.equal(cookie.secretHash, secretHash)).toBe(false);
		expect(tokens.secrets.matches(value, [stored], now)).toBe(false);
		expect((await tokens.passwords.verify(value, credential)).ok).toBe(false);
		expect(tokens.tokenIssuer.verifyAccessToken(value, now)).toBeUndefined();
		for (const purpose of ["code", "request", "answered", "post"] as const) expect(tokens.seals.open(purpose, value, now)).toBeUndefined();
		expect(tokens.macs.isForm(value, "mark", "login", undefined)).toBe(false);
		expect(tokens.macs.isDevice(value, "alice", 1, now)).toBeUndefined();
	}

	// The honest ones.
	const presented = tokens.refreshTokens.parse(tokens.refreshTokens.format(grant, 1));
	expect(presented && tokens.refreshTokens.isGenuine(presented, grant)).toBe(true);
	expect(tokens.sessionCookies.parse(cookieFor(sessionId))).toMatchObject({ sessionId });
	expect(tokens.secrets.matches(clientSecret, [stored], now)).toBe(true);
	expect((await tokens.passwords.verify("correct horse", credential)).ok).toBe(true);
	expect(tokens.seals.open("post", code, now)).toBeDefined();
	await tokens.passwords.close();
});

test("TK-19 two servers with different master keys believe nothing of each other", async () => {
	const [a, b] = [(await compose(1)).tokens, (await compose(2)).tokens];
	const client = resolveClient({
		id: "c",
		metadata: { client_id: "c" },
		secrets: [],
		managedBy: "file",
		held: false,
		createdAt: 0,
		updatedAt: 0,
	});
	const { access_token } = await a.tokenIssuer.issue(
		{ client, subject: "c", scope: [], audience: "https://api.example", accessTokenAlg: "ES256", accessTokenLifetime: 60_000 },
		now,
	);
	const sealed = a.seals.seal("request", { parameters: "", settled: {} }, now);
	const form = a.macs.form("mark", "login", undefined);
	expect([a.tokenIssuer.verifyAccessToken(access_token, now), b.tokenIssuer.verifyAccessToken(access_token, now)]).toEqual([
		expect.objectContaining({ sub: "c" }),
		undefined,
	]);
	expect([a.seals.open("request", sealed, now), b.seals.open("request", sealed, now)]).toEqual([expect.anything(), undefined]);
	expect([a.macs.isForm(form, "mark", "login", undefined), b.macs.isForm(form, "mark", "login", undefined)]).toEqual([true, false]);
});
