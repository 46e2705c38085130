import crypto from "node:crypto";
import { type PublicJwk, type SigningAlgorithm, signingAlgorithms } from "@gatehouse/protocol";
import { exportJWK, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { algorithms } from "./algorithms.ts";
import { createClientSignatures } from "./client-jws.ts";
import { isLowS } from "./low-s.ts";

interface Signer {
	readonly privateKey: crypto.KeyObject;
	readonly jwk: PublicJwk;
}
const signers = new Map<SigningAlgorithm, Signer>();
async function signer(generate: () => Promise<{ privateKey: crypto.KeyObject; publicKey: crypto.KeyObject }>): Promise<Signer> {
	const { privateKey, publicKey } = await generate();
	return { privateKey, jwk: (await exportJWK(publicKey)) as PublicJwk };
}
beforeAll(async () => {
	for (const alg of signingAlgorithms) signers.set(alg, await signer(algorithms[alg].generate as never));
});
const signerOf = (alg: SigningAlgorithm) => signers.get(alg) as Signer;

const claims = { iss: "app", jti: "1", nested: { ключ: ["😀"] } };
/** Signed by another library. */
const sign = (alg: string, key: Parameters<SignJWT["sign"]>[0], header: object = {}) =>
	new SignJWT(claims).setProtectedHeader({ alg, ...header }).sign(key);

const signatures = createClientSignatures();
function verdict(text: string, keys: readonly PublicJwk[], only?: SigningAlgorithm): string | undefined {
	const jws = signatures.read(text);
	return jws ? signatures.whyNot(jws, keys, only) : "no JWS";
}
const segment = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

for (const alg of signingAlgorithms) {
	describe(alg, () => {
		test("what another library signs is believed, with its claims, type and key id", async () => {
			const { privateKey, jwk } = signerOf(alg);
			for (let i = 0; i < 20; i++) {
				const text = await sign(alg, privateKey, { kid: "k", typ: "Application/Client-Authentication+JWT" });
				expect(verdict(text, [{ ...jwk, kid: "k" }])).toBeUndefined();
				expect(signatures.read(text)).toMatchObject({ alg, kid: "k", typ: "client-authentication+jwt", claims });
			}
		});

		test("I18 any one bit of it that changes makes it worthless", async () => {
			const { privateKey, jwk } = signerOf(alg);
			const parts = (await sign(alg, privateKey)).split(".");
			expect(verdict(parts.join("."), [jwk])).toBeUndefined();
			for (const [index, part] of parts.entries()) {
				const bytes = Buffer.from(part, "base64url");
				for (let bit = 0; bit < bytes.length * 8; bit += index === 2 ? 7 : 1) {
					const changed = Buffer.from(bytes);
					changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
					const mutant = parts.with(index, changed.toString("base64url")).join(".");
					expect(verdict(mutant, [jwk]), `segment ${index}, bit ${bit}`).toBeDefined();
				}
			}
		});

		test("I18 TK-18 another spelling of it is none", async () => {
			const { privateKey, jwk } = signerOf(alg);
			const [head = "", body = "", tail = ""] = (await sign(alg, privateKey)).split(".");
			for (const text of [
				`${head}.${body}.${tail}=`,
				`${head}.${body}.${tail} `,
				` ${head}.${body}.${tail}`,
				`${head}.${body}.${tail}\n`,
				`${head}.${body}.${tail}.`,
				`${head}.${body}`,
				`${head}=.${body}.${tail}`,
				`${head}.${body}=.${tail}`,
				`${head}.${body.slice(0, -1)}!.${tail}`,
			])
				expect(verdict(text, [jwk]), text).toBeDefined();
			expect(verdict(`${head}.${body}.${tail}`, [jwk])).toBeUndefined();
		});

		test("it is judged by the algorithm that the client is registered for alone", async () => {
			const { privateKey, jwk } = signerOf(alg);
			const text = await sign(alg, privateKey);
			for (const only of signingAlgorithms)
				expect(verdict(text, [jwk], only)).toBe(
					only === alg ? undefined : `is signed with ${alg}, and the client is registered for ${only}`,
				);
		});
	});
}

test("ES256: of the two spellings of a foreign signature each is true", async () => {
	const { privateKey, jwk } = signerOf("ES256");
	const seen = new Set<boolean>();
	while (seen.size < 2) {
		const text = await sign("ES256", privateKey);
		seen.add(isLowS(Buffer.from(text.split(".")[2] ?? "", "base64url")));
		expect(verdict(text, [jwk])).toBeUndefined();
	}
});

describe("which key", () => {
	test("`kid` names it; without one every key that fits is tried", async () => {
		const [right, wrong] = [signerOf("ES256"), await signer(algorithms.ES256.generate as never)];
		const named = await sign("ES256", right.privateKey, { kid: "b" });
		const nameless = await sign("ES256", right.privateKey);
		expect(
			verdict(named, [
				{ ...wrong.jwk, kid: "a" },
				{ ...right.jwk, kid: "b" },
			]),
		).toBeUndefined();
		expect(
			verdict(named, [
				{ ...wrong.jwk, kid: "b" },
				{ ...right.jwk, kid: "a" },
			]),
		).toBe("is signed by none of the client's keys");
		expect(verdict(named, [right.jwk])).toBe("names no key of the client that is good for ES256");
		expect(
			verdict(nameless, [
				{ ...wrong.jwk, kid: "a" },
				{ ...right.jwk, kid: "b" },
			]),
		).toBeUndefined();
		expect(verdict(nameless, [wrong.jwk, signerOf("RS256").jwk])).toBe("is signed by none of the client's keys");
		expect(verdict(nameless, [])).toBe("names no key of the client that is good for ES256");
	});

	test("a key that says what it is for is used for nothing else (RFC 7517 §4.2–4.4)", async () => {
		const { privateKey, jwk } = signerOf("RS256");
		const text = await sign("RS256", privateKey);
		for (const members of [{ use: "sig" }, { alg: "RS256" }, { key_ops: ["verify"] }, { use: "sig", key_ops: ["verify", "encrypt"] }])
			expect(verdict(text, [{ ...jwk, ...members }]), JSON.stringify(members)).toBeUndefined();
		for (const members of [{ use: "enc" }, { alg: "PS256" }, { alg: "RSA-OAEP" }, { key_ops: ["encrypt"] }, { key_ops: [] }])
			expect(verdict(text, [{ ...jwk, ...members }]), JSON.stringify(members)).toBe("names no key of the client that is good for RS256");
	});

	test("RSA of less than 2048 bits, a key of another curve, a key that is none: none of them is used", async () => {
		const pair = (options: object, type: string) => crypto.generateKeyPairSync(type as "rsa", options as { modulusLength: number });
		const small = pair({ modulusLength: 1024 }, "rsa");
		const [head, body] = [segment({ alg: "RS256" }), segment(claims)];
		const bySmall = crypto.sign("sha256", Buffer.from(`${head}.${body}`), small.privateKey).toString("base64url");
		const publish = (key: crypto.KeyObject) => key.export({ format: "jwk" }) as PublicJwk;
		expect(verdict(`${head}.${body}.${bySmall}`, [publish(small.publicKey)])).toBe("names no key of the client that is good for RS256");
		const other = pair({ namedCurve: "P-384" }, "ec");
		const text = await sign("ES256", signerOf("ES256").privateKey);
		const odd: PublicJwk[] = [
			publish(other.publicKey),
			{ ...publish(other.publicKey), crv: "P-256" },
			{ ...signerOf("ES256").jwk, x: "AA" },
			{ kty: "EC", crv: "P-256" },
			{ kty: "EC", crv: "P-256", x: 1, y: [] },
			{ kty: "__proto__" },
			{ kty: "oct", k: segment("secret") },
		];
		for (const jwk of odd) expect(verdict(text, [jwk]), JSON.stringify(jwk)).toBe("names no key of the client that is good for ES256");
		expect(verdict(text, [...odd, signerOf("ES256").jwk])).toBeUndefined();
	});

	test("an exponent of one, by which everybody signs, is none", () => {
		const { n } = signerOf("RS256").jwk;
		const [head, body] = [segment({ alg: "RS256" }), segment(claims)];
		// The padded hash itself (RFC 8017 §9.2): to the power of one, it is its own signature.
		const digest = crypto.createHash("sha256").update(`${head}.${body}`).digest();
		const info = Buffer.concat([Buffer.from("3031300d060960864801650304020105000420", "hex"), digest]);
		const padded = Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(256 - 3 - info.length, 0xff), Buffer.from([0]), info]);
		expect(verdict(`${head}.${body}.${padded.toString("base64url")}`, [{ kty: "RSA", n, e: "AQ" }])).toBeDefined();
	});

	test("I21 an exponent as long as its key, with which each verification costs a hundred times as much, is none", async () => {
		const { n } = signerOf("RS256").jwk;
		const text = await sign("RS256", signerOf("RS256").privateKey);
		const of = (e: bigint) => ({
			kty: "RSA",
			n,
			e: Buffer.from(e.toString(16).padStart(e > 2n ** 64n ? 512 : 18, "0"), "hex").toString("base64url"),
		});
		for (const e of [2n ** 33n + 1n, 2n ** 64n + 1n, 2n ** 2040n + 1n])
			expect(verdict(text, [of(e)])).toBe("names no key of the client that is good for RS256");
		expect(verdict(text, [of(2n ** 32n + 1n)])).toBe("is signed by none of the client's keys");
		expect(verdict(text, [of(65_537n)])).toBeUndefined();
	});
});

describe("what proves nothing", () => {
	test("`none`, and shared secrets, the public key as one among them (RFC 8725 §2.1)", async () => {
		const { jwk, privateKey } = signerOf("RS256");
		const pem = crypto.createPublicKey(privateKey).export({ type: "spki", format: "pem" });
		const all = [jwk, signerOf("ES256").jwk, { kty: "oct", k: segment("x".repeat(32)) }];
		for (const alg of ["none", "None", "NONE", "nOnE", "HS256", "RS512", "ES256K", "", "rs256"])
			for (const tail of ["", segment("x"), crypto.createHmac("sha256", pem).update("x").digest("base64url")])
				expect(verdict(`${segment({ alg })}.${segment(claims)}.${tail}`, all)).toBe("is not signed with one of our algorithms");
		const mac = await sign("HS256", new TextEncoder().encode(String(pem)));
		expect(verdict(mac, all)).toBe("is not signed with one of our algorithms");
		const honest = await sign("RS256", privateKey);
		expect(verdict(`${honest.split(".").slice(0, 2).join(".")}.`, all)).toBe("is not signed with one of our algorithms");
	});

	test("a key in the header, or an address of one (RFC 8725 §3.10)", async () => {
		const stranger = await signer(algorithms.ES256.generate as never);
		const header = { jwk: stranger.jwk, jku: "https://evil.test/jwks", x5u: "https://evil.test/x5u", x5c: ["MIIB"] };
		const text = await sign("ES256", stranger.privateKey, header);
		expect(verdict(text, [signerOf("ES256").jwk])).toBe("is signed by none of the client's keys");
		// The same header on what the client signed itself harms nothing.
		expect(verdict(await sign("ES256", signerOf("ES256").privateKey, header), [signerOf("ES256").jwk])).toBeUndefined();
	});

	test("what is no JWS of JSON objects, or wants extensions that nobody here understands", async () => {
		const tail = segment("signature");
		const heads = [[], null, "x", 1, {}, { alg: 1 }, { alg: ["ES256"] }, { alg: "ES256", kid: 1 }, { alg: "ES256", typ: {} }];
		for (const head of heads) expect(signatures.read(`${segment(head)}.${segment(claims)}.${tail}`), JSON.stringify(head)).toBeUndefined();
		for (const crit of [["b64"], [], "exp"])
			expect(signatures.read(`${segment({ alg: "ES256", crit })}.${segment(claims)}.${tail}`)).toBeUndefined();
		for (const body of [[], null, "x", 1, '{"a":1', "\u{feff}{}", '{"a":1}x'])
			expect(signatures.read(`${segment({ alg: "ES256" })}.${segment(body)}.${tail}`), JSON.stringify(body)).toBeUndefined();
		const notUtf8 = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString("base64url");
		expect(signatures.read(`${segment({ alg: "ES256" })}.${notUtf8}.${tail}`)).toBeUndefined();
		expect(signatures.read(`${segment({ alg: "ES256" })}.${segment({})}.${tail}`)).toBeDefined();
	});

	test("D7 AZ-18 more than 8 KB, or nested deeper than 32", () => {
		const of = (body: object | string) => `${segment({ alg: "ES256" })}.${segment(body)}.${segment("s")}`;
		const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
		expect(signatures.read(of(nested(32)))).toBeDefined();
		expect(signatures.read(of(nested(33)))).toBeUndefined();
		expect(signatures.read(of(nested(900)))).toBeUndefined();
		const fill = (length: number) => of({ a: "x".repeat(length) });
		const most = Array.from({ length: 400 }, (_, i) => fill(5_900 + i)).findLast((text) => text.length <= 8192) ?? "";
		expect(signatures.read(most)).toBeDefined();
		expect(signatures.read(fill(6_400))).toBeUndefined();
	});

	test("`__proto__` in the claims is a claim like any other, and no prototype", () => {
		const read = signatures.read(`${segment({ alg: "ES256" })}.${segment('{"__proto__":{"iss":"app"},"sub":"x"}')}.${segment("s")}`);
		expect(read?.claims["iss"]).toBeUndefined();
		expect(Object.keys(read?.claims ?? {})).toEqual(["__proto__", "sub"]);
	});
});
