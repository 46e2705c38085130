import crypto from "node:crypto";
import { type SigningAlgorithm, signingAlgorithms } from "@gatehouse/protocol";
import { compactVerify } from "jose";
import { beforeAll, expect, test } from "vitest";
import { algorithms } from "./algorithms.ts";
import { encodeHeader, readJws, signJws, verifyJws } from "./jws.ts";

interface Signer {
	readonly alg: SigningAlgorithm;
	readonly privateKey: crypto.KeyObject;
	readonly publicKey: crypto.KeyObject;
}
const signers = new Map<SigningAlgorithm, Signer>();
beforeAll(async () => {
	for (const alg of signingAlgorithms) signers.set(alg, { alg, ...(await algorithms[alg].generate()) });
});
const signerOf = (alg: SigningAlgorithm) => signers.get(alg) as Signer;

const claims = { sub: "alice", exp: 1_700_000_000, nested: { ключ: ["😀"] } };
const sign = (signer: Signer, header: object = { alg: signer.alg, typ: "at+jwt", kid: "k" }, payload: object = claims) =>
	signJws(signer, encodeHeader(header as { alg: string; typ: string; kid: string }), payload);
const believe = (token: string, signer: Signer) => {
	const jws = readJws(token);
	return jws && verifyJws(jws, signer);
};
const segment = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

for (const alg of signingAlgorithms) {
	test(`${alg}: a foreign judge believes what we sign, and so do we (RFC 7515)`, async () => {
		const signer = signerOf(alg);
		for (let i = 0; i < 20; i++) {
			const token = await sign(signer);
			const judged = await compactVerify(token, signer.publicKey, { algorithms: [alg] });
			expect(judged.protectedHeader).toEqual({ alg, typ: "at+jwt", kid: "k" });
			expect(JSON.parse(new TextDecoder().decode(judged.payload))).toEqual(claims);
			expect(believe(token, signer)).toEqual(claims);
		}
	});

	test(`I18 ${alg}: any one bit of a token that changes makes it worthless`, async () => {
		const signer = signerOf(alg);
		const token = await sign(signer);
		expect(believe(token, signer)).toEqual(claims);
		const parts = token.split(".");
		for (const [index, part] of parts.entries()) {
			const bytes = Buffer.from(part, "base64url");
			for (let bit = 0; bit < bytes.length * 8; bit += index === 2 ? 7 : 1) {
				const changed = Buffer.from(bytes);
				changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
				const mutant = parts.with(index, changed.toString("base64url")).join(".");
				expect(believe(mutant, signer), `segment ${index}, bit ${bit}`).toBeUndefined();
			}
		}
	});

	test(`I18 TK-18 ${alg}: another spelling of a token is no token`, async () => {
		const signer = signerOf(alg);
		const token = await sign(signer);
		expect(believe(token, signer)).toEqual(claims);
		const [head = "", body = "", tail = ""] = token.split(".");
		const bytes = Buffer.from(tail, "base64url");
		const others = [
			`${token}=`,
			`${token} `,
			` ${token}`,
			`${token}\n`,
			`${token}.`,
			`${token}.x`,
			`.${token}`,
			`${head}=.${body}.${tail}`,
			`${head}.${body}=.${tail}`,
			`${head}.${body} .${tail}`,
			`${head}..${tail}`,
			`${head}.${body}`,
			`${head}.${body}.`,
			`.${body}.${tail}`,
			`${head}.${body}.${segment(Buffer.concat([bytes, Buffer.of(0)]).toString("latin1"))}`,
			`${head}.${body}.${bytes.subarray(1).toString("base64url")}`,
			`${head}.${body}.${bytes.subarray(0, -1).toString("base64url")}`,
			`${head}.${body}.${Buffer.concat([Buffer.of(0), bytes]).toString("base64url")}`,
		];
		for (const other of others) expect(believe(other, signer), other).toBeUndefined();
		for (const last of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
			if (!tail.endsWith(last)) expect(believe(`${head}.${body}.${tail.slice(0, -1)}${last}`, signer)).toBeUndefined();
	});
}

test("I18 ES256: the equally valid twin of a signature is refused", async () => {
	const signer = signerOf("ES256");
	const [head, body, tail = ""] = (await sign(signer)).split(".");
	const signature = Buffer.from(tail, "base64url");
	const s = BigInt(`0x${signature.toString("hex", 32)}`);
	signature.write((0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n - s).toString(16).padStart(64, "0"), 32, "hex");
	const twin = `${head}.${body}.${signature.toString("base64url")}`;
	await expect(compactVerify(twin, signer.publicKey)).resolves.toBeDefined();
	expect(believe(twin, signer)).toBeUndefined();
	expect(believe(`${head}.${body}.${tail}`, signer)).toEqual(claims);
});

test("a key believes its own algorithm alone (RFC 8725 §3.1)", async () => {
	const rs = signerOf("RS256");
	const asPs = { ...rs, alg: "PS256" as const };
	expect(believe(await sign(rs), rs)).toEqual(claims);
	expect(believe(await sign(asPs), rs)).toBeUndefined();
	expect(believe(await sign(rs, { alg: "PS256", typ: "JWT", kid: "k" }), rs)).toBeUndefined();
	for (const alg of ["none", "nOnE", "", "HS256", "rs256", "RS384", 256, null, undefined])
		expect(believe(await sign(rs, { alg, typ: "JWT", kid: "k" }), rs), String(alg)).toBeUndefined();
	const body = segment(claims);
	expect(believe(`${segment({ alg: "none", typ: "JWT", kid: "k" })}.${body}.`, rs)).toBeUndefined();
	const hmacInput = `${segment({ alg: "HS256", typ: "JWT", kid: "k" })}.${body}`;
	const secret = rs.publicKey.export({ format: "pem", type: "spki" });
	expect(believe(`${hmacInput}.${crypto.createHmac("sha256", secret).update(hmacInput).digest("base64url")}`, rs)).toBeUndefined();
});

test("a header that says crit, lacks a member, or is no JSON object is refused, however well signed (RFC 7515 §4.1.11)", async () => {
	const signer = signerOf("EdDSA");
	const header = { alg: "EdDSA", typ: "JWT", kid: "k" };
	expect(believe(await sign(signer, header), signer)).toEqual(claims);
	const { alg, typ, kid } = header;
	for (const bad of [
		{ ...header, crit: ["exp"] },
		{ ...header, crit: [] },
		{ alg, typ },
		{ alg, kid },
		{ typ, kid },
		{ ...header, kid: 1 },
		[header],
		"text",
		1,
		null,
	])
		expect(believe(await sign(signer, bad as object), signer), JSON.stringify(bad)).toBeUndefined();
});

test("a payload that is no JSON object in UTF-8 is refused, however well signed", () => {
	const signer = signerOf("EdDSA");
	const signBytes = (payload: Buffer) => {
		const input = `${segment({ alg: "EdDSA", typ: "JWT", kid: "k" })}.${payload.toString("base64url")}`;
		return `${input}.${crypto.sign(null, Buffer.from(input), signer.privateKey).toString("base64url")}`;
	};
	expect(believe(signBytes(Buffer.from('{"a":1}')), signer)).toEqual({ a: 1 });
	for (const bad of ["[]", "1", '"text"', "null", "", "{", '{"a":1} x', "\ufeff{}"])
		expect(believe(signBytes(Buffer.from(bad)), signer), bad).toBeUndefined();
	expect(believe(signBytes(Buffer.from('{"a":"\xff"}', "latin1")), signer)).toBeUndefined();
});

test("D7 a token of more than 8 KB is not even read", async () => {
	const signer = signerOf("ES256");
	const long = (length: number) => sign(signer, undefined, { ...claims, pad: "p".repeat(length) });
	expect(believe(await long(5700), signer)).toBeDefined();
	expect(readJws(await long(6200))).toBeUndefined();
	expect(readJws("a.".repeat(1_000_000))).toBeUndefined();
});

test("half hashes follow the algorithm: SHA-256, and SHA-512 for Ed25519", () => {
	// The example of OpenID Connect Core, appendix A.3.
	const accessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
	for (const alg of ["RS256", "PS256", "ES256"] as const) expect(algorithms[alg].halfHash(accessToken)).toBe("77QmUPtjPfzWtF2AnpK9RQ");
	const sha512 = crypto.createHash("sha512").update(accessToken).digest();
	expect(algorithms.EdDSA.halfHash(accessToken)).toBe(sha512.subarray(0, 32).toString("base64url"));
});
