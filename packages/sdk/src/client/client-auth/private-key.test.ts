import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { FakeWorld } from "../../../test/fake-world.ts";
import type { AuthError } from "../auth-error.ts";
import { createClient } from "../client.ts";
import { clientAuthFault, env, type PrivateKey, privateKey } from "./index.ts";

const issuer = "https://auth.acme.test";
const orders = "https://orders.acme.test";
const tokenUrl = `${issuer}/token`;
const revokeUrl = `${issuer}/revoke`;
const metadata = { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: tokenUrl, revocation_endpoint: revokeUrl };

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;
const pem = (key: KeyObject) => key.export({ format: "pem", type: "pkcs8" }).toString();
const jwk = (key: KeyObject) => key.export({ format: "jwk" });
/** RFC 8037 appendix A. */
const known = {
	kty: "OKP",
	crv: "Ed25519",
	d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
	x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
};
const knownThumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

function honest(): FakeWorld {
	const world = new FakeWorld();
	world.answer = (url) => {
		if (url.endsWith("openid-configuration")) return Response.json(metadata);
		return url === revokeUrl ? new Response(null) : Response.json({ access_token: "access", token_type: "Bearer", refresh_token: "r2" });
	};
	return world;
}

const clientOf = (world: FakeWorld, ...keys: [PrivateKey, ...PrivateKey[]]) =>
	createClient({ issuer, clientId: "night-job", clientAuth: privateKey(...keys), world });
const formsOf = ({ asked }: FakeWorld) =>
	asked.flatMap(({ url, init }) => (init.method === "POST" ? [{ url, form: new URLSearchParams(String(init.body)), init }] : []));
const part = (text: string | undefined) => JSON.parse(Buffer.from(text ?? "", "base64url").toString());

function assertionsOf(world: FakeWorld) {
	return formsOf(world).map(({ form }) => {
		const [head, body, signature = ""] = (form.get("client_assertion") ?? "").split(".");
		return { header: part(head), claims: part(body), signed: `${head}.${body}`, signature: Buffer.from(signature, "base64url") };
	});
}

describe.each<[string, PrivateKey, string, KeyObject]>([
	["an RSA key as text", pem(rsa), "RS256", rsa],
	["an RSA key as a JWK", jwk(rsa), "RS256", rsa],
	["an RSA key whose JWK says PS256", { ...jwk(rsa), alg: "PS256" }, "PS256", rsa],
	["a P-256 key as text", pem(ec), "ES256", ec],
	["a P-256 key as the JSON of a JWK", JSON.stringify(jwk(ec)), "ES256", ec],
	["an Ed25519 key as text", pem(ed), "EdDSA", ed],
	["an Ed25519 key as a JWK that has a use", { ...jwk(ed), use: "sig", alg: "EdDSA" } as JsonWebKey, "EdDSA", ed],
	["an Ed25519 key by the name of RFC 9864", { ...jwk(ed), alg: "Ed25519" }, "EdDSA", ed],
	["lines that an environment variable holds as \\n", pem(ec).replaceAll("\n", "\\n"), "ES256", ec],
	["a function", () => pem(ed), "EdDSA", ed],
	["a function that takes its time", async () => jwk(ed), "EdDSA", ed],
])("%s", (_, key, alg, whole) => {
	test(`signs ${alg}, and what is published verifies it`, async () => {
		const world = honest();
		await clientOf(world, key).clientCredentials({ resource: orders });
		const [{ header, signed, signature } = expect.unreachable()] = assertionsOf(world);
		const { keys } = await privateKey(key).jwks();
		expect(keys).toEqual([{ ...createPublicKey(whole).export({ format: "jwk" }), kid: header.kid, use: "sig", alg }]);
		expect(header).toEqual({ alg, typ: "client-authentication+jwt", kid: expect.stringMatching(/^[\w-]{43}$/) });
		const publicKey = createPublicKey({ key: keys[0]!, format: "jwk" });
		const how = { RS256: {}, PS256: { padding: 6, saltLength: 32 }, ES256: { dsaEncoding: "ieee-p1363" as const }, EdDSA: {} }[alg];
		expect(verify(alg === "EdDSA" ? null : "sha256", Buffer.from(signed), { key: publicKey, ...how }, signature)).toBe(true);
		expect(clientAuthFault(privateKey(key))).toBeUndefined();
	});
});

describe("the proof (RFC 7523 §3, RFC 10070)", () => {
	test("is for this issuer alone, for a minute, and goes with nothing else that proves", async () => {
		const world = honest();
		await clientOf(world, known).clientCredentials({ resource: orders });
		const [{ form, init } = expect.unreachable()] = formsOf(world);
		const { client_assertion, ...others } = Object.fromEntries(form);
		expect(others).toEqual({
			grant_type: "client_credentials",
			resource: orders,
			client_id: "night-job",
			client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
		});
		expect(new Headers(init.headers).has("authorization")).toBe(false);
		const now = world.now / 1000;
		expect(assertionsOf(world)[0]?.claims).toEqual({
			...{ iss: "night-job", sub: "night-job", aud: issuer },
			...{ iat: now - 15, exp: now + 45, jti: expect.stringMatching(/^[\w-]{22}$/) },
		});
	});

	test("CA-05 is a new one for each call, for each try of one, and for a revocation", async () => {
		const world = honest();
		let lost = 2;
		const answer = world.answer;
		world.answer = (url, init) => {
			if (url === tokenUrl && lost-- > 0) throw new TypeError("fetch failed");
			return answer(url, init);
		};
		const client = clientOf(world, known);
		await client.refresh({ refreshToken: "r", resource: orders, sub: "alice" });
		await client.clientCredentials({ resource: orders });
		await client.revoke("r2");
		const assertions = assertionsOf(world);
		expect(formsOf(world).map(({ url }) => url)).toEqual([tokenUrl, tokenUrl, tokenUrl, tokenUrl, revokeUrl]);
		expect(new Set(assertions.map(({ claims }) => claims.jti)).size).toBe(5);
		// A try that waited is no older for it.
		expect(assertions.map(({ claims }) => claims.iat - assertions[0]!.claims.iat)).toEqual([0, 0, 0, 0, 0]);
		expect(new Set(assertions.map(({ claims }) => claims.aud))).toEqual(new Set([issuer]));
	});

	test("names the key as its JWK does, else by its thumbprint (RFC 7638)", async () => {
		const [plain] = (await privateKey(known).jwks()).keys;
		expect(plain).toEqual({ kty: "OKP", crv: "Ed25519", x: known.x, kid: knownThumbprint, use: "sig", alg: "EdDSA" });
		const [named] = (await privateKey({ ...known, kid: "2026-11" } as JsonWebKey).jwks()).keys;
		expect(named?.["kid"]).toBe("2026-11");
	});

	test("is signed by the first of two keys, and both are published: so one is changed without a pause", async () => {
		const world = honest();
		await clientOf(world, pem(ed), pem(ec)).clientCredentials({ resource: orders });
		const { keys } = await privateKey(pem(ed), pem(ec)).jwks();
		expect(keys.map(({ alg }) => alg)).toEqual(["EdDSA", "ES256"]);
		expect(assertionsOf(world)[0]?.header.kid).toBe(keys[0]?.["kid"]);
		expect(JSON.stringify(keys)).not.toContain(jwk(ed).d);
	});

	test("is signed by the key of the moment, so that another needs no restart", async () => {
		const world = honest();
		let key = pem(ed);
		const client = clientOf(world, () => key);
		await client.clientCredentials({ resource: orders });
		key = pem(ec);
		await client.clientCredentials({ resource: orders });
		expect(assertionsOf(world).map(({ header }) => header.alg)).toEqual(["EdDSA", "ES256"]);
	});
});

describe("what is no such key is refused, with what to do", () => {
	const { d, ...publicJwk } = jwk(ec);
	const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
	const secp = generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey;
	const encrypted = rsa.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "canary" }).toString();
	const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey;
	const expected = "a private key is expected, as a JWK or as PKCS#8 text (-----BEGIN PRIVATE KEY-----)";

	test.each<[string, unknown, string]>([
		["nothing", undefined, expected],
		["an empty text", "", expected],
		["a secret", "canary-canary-canary", expected],
		["a number", 7, expected],
		["an empty object", {}, expected],
		["the public half as a JWK", publicJwk, "this JWK is the public half: the private one is expected"],
		[
			"the public half as text",
			createPublicKey(ec).export({ format: "pem", type: "spki" }).toString(),
			`this is PUBLIC KEY, and ${expected}`,
		],
		["a set", { keys: [jwk(ec)] }, "one private key is expected, not a set: name several as privateKey(first, second)"],
		[
			"PKCS#1",
			rsa.export({ format: "pem", type: "pkcs1" }).toString(),
			"this is no PKCS#8 but RSA PRIVATE KEY: convert it, as by `openssl pkcs8 -topk8 -nocrypt -in KEY -out PKCS8`",
		],
		[
			"SEC1",
			ec.export({ format: "pem", type: "sec1" }).toString(),
			"this is no PKCS#8 but EC PRIVATE KEY: convert it, as by `openssl pkcs8 -topk8 -nocrypt -in KEY -out PKCS8`",
		],
		["an encrypted key", encrypted, "this key is encrypted: decrypt it, as by `openssl pkcs8 -in KEY -out PLAIN`"],
		["a key of another curve", pem(secp), "this text holds no key that can sign here: RSA, P-256 and Ed25519 keys sign"],
		["a key of another curve, as a JWK", jwk(secp), "this JWK is of another kind: RSA, P-256 and Ed25519 keys sign"],
		[
			"a key that is bound to PSS",
			pem(pss),
			"this RSA key is bound to PSS: take a plain one, as a JWK with `alg` PS256 where that is wanted",
		],
		["a symmetric key", { kty: "oct", k: "canary" }, "this JWK is of another kind: RSA, P-256 and Ed25519 keys sign"],
		[
			"an algorithm that is none of the key's",
			{ ...jwk(rsa), alg: "HS256" },
			"the `alg` of this JWK is none that its key signs with: RS256, PS256",
		],
		["a key to encrypt with", { ...jwk(rsa), use: "enc" }, "the `use` of this JWK is not `sig`: it is no key for signatures"],
		["an RSA key with too little in it", { ...jwk(rsa), p: undefined, dq: undefined }, "this JWK lacks `p`, `dq`"],
	])("%s", async (_, key, fault) => {
		expect(clientAuthFault(privateKey(key as PrivateKey))).toBe(fault);
		expect(clientAuthFault(privateKey(known, key as PrivateKey))).toBe(fault);
		const error: AuthError = await clientOf(honest(), key as PrivateKey)
			.clientCredentials({ resource: orders })
			.then(
				() => expect.unreachable(),
				(thrown) => thrown,
			);
		expect(error).toMatchObject({ code: "invalid_option", message: `The private key of \`clientAuth\` is of no use: ${fault}.` });
	});

	test.each<[string, PrivateKey, string]>([
		["a short RSA key", pem(small), "an RSA key has 2048 bits or more (RFC 7518 §3.3), and this one has 1024"],
		["a damaged text", pem(rsa).split("\n").toSpliced(5, 1).join("\n"), "the private key is damaged: it cannot be read"],
		["a damaged JWK", { ...known, d: "AAAA" }, "the private key is damaged: it cannot be read"],
	])("%s, once it is read", async (_, key, fault) => {
		await expect(clientOf(honest(), key).clientCredentials({ resource: orders })).rejects.toMatchObject({
			code: "invalid_option",
			message: `The private key of \`clientAuth\` is of no use: ${fault}.`,
		});
	});

	test("a variable that is not set, and a function that fails, which may do better the next time", async () => {
		expect(clientAuthFault(privateKey(env("NO_SUCH_KEY")))).toBe(
			"a private key is expected (The environment variable NO_SUCH_KEY is not set.)",
		);
		const failing = () => Promise.reject(Object.assign(new Error("canary"), { code: "ENOENT" }));
		expect(clientAuthFault(privateKey(failing))).toBeUndefined();
		await expect(clientOf(honest(), failing).clientCredentials({ resource: orders })).rejects.toMatchObject({
			code: "secret_unavailable",
			message: "The function of `clientAuth` gave no secret (ENOENT).",
		});
	});
});

test("no part of a private key is in what is thrown, in what is shown of the option, or in what is sent", async () => {
	const world = honest();
	const { d = "", p = "", q = "" } = jwk(rsa);
	const canaries = [d, p, q, jwk(ec).d!, jwk(ed).d!, pem(rsa).split("\n")[3]!, pem(ec).split("\n")[1]!, "canary"];
	const damaged = [
		{ ...jwk(rsa), e: "AQ", alg: "canary" },
		{ ...jwk(ec), crv: "canary" },
		{ ...known, d },
		pem(rsa).replace("PRIVATE KEY", "CANARY"),
		pem(rsa).slice(0, 900),
		`${pem(ec).slice(0, 60)}canary${pem(ec).slice(60)}`,
	];
	for (const key of damaged) {
		const error = await clientOf(world, key as PrivateKey)
			.clientCredentials({ resource: orders })
			.then(
				() => expect.unreachable(),
				(thrown) => thrown,
			);
		expect(error.code).toBe("invalid_option");
		const told = `${inspect(error, { depth: 9 })}${JSON.stringify(error)}${clientAuthFault(privateKey(key as PrivateKey))}`;
		for (const canary of canaries) expect(told).not.toContain(canary);
	}
	const method = privateKey(jwk(rsa), pem(ec), () => pem(ed));
	await createClient({ issuer, clientId: "night-job", clientAuth: method, world }).clientCredentials({ resource: orders });
	const seen = `${inspect(method, { depth: 9, showHidden: true })}${JSON.stringify(method)}${JSON.stringify(world.asked)}`;
	for (const canary of canaries) expect(seen).not.toContain(canary);
});
