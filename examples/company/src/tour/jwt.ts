import { createHash, createHmac, createPublicKey, verify, type webcrypto } from "node:crypto";

export interface Decoded {
	readonly header: Readonly<Record<string, unknown>>;
	readonly claims: Readonly<Record<string, unknown>>;
}

export interface Jwk extends webcrypto.JsonWebKey {
	readonly kid?: string;
}

/** What a JWT says, without believing it; undefined for what is none. */
export function decode(token: string): Decoded | undefined {
	const parts = token.split(".");
	if (parts.length !== 3) return undefined;
	try {
		const [header, claims] = parts
			.slice(0, 2)
			.map((part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Record<string, unknown>);
		return header && claims && typeof header.alg === "string" ? { header, claims } : undefined;
	} catch {
		return undefined;
	}
}

/** True when the key that the header names really signed this token with RS256 (RFC 7515 §5.2). */
export function isSigned(token: string, keys: readonly Jwk[]): boolean {
	const [header = "", claims = "", signature = ""] = token.split(".");
	const { kid, alg } = decode(token)?.header ?? {};
	const key = keys.find((one) => one.kid === kid);
	if (!key || alg !== "RS256") return false;
	const signed = Buffer.from(`${header}.${claims}`);
	return verify("sha256", signed, createPublicKey({ key, format: "jwk" }), Buffer.from(signature, "base64url"));
}

/** The left half of the hash of a token, as `at_hash` says it for RS256 (OpenID Connect Core §3.1.3.6). */
export function halfHash(token: string): string {
	return createHash("sha256").update(token, "ascii").digest().subarray(0, 16).toString("base64url");
}

/** The same token for somebody else, under the old signature. */
export function withOtherSubject(token: string): string {
	const [header, , signature] = token.split(".");
	return [header, encode({ ...decode(token)?.claims, sub: "somebody-else" }), signature].join(".");
}

/** The same claims with no signature at all. */
export function withoutSignature(token: string): string {
	return `${encode({ ...decode(token)?.header, alg: "none" })}.${token.split(".")[1]}.`;
}

/** The same claims signed with HS256, the public key taken for the secret: libraries that let the token choose fall for it. */
export function signedWithPublicKey(token: string, keys: readonly Jwk[]): string {
	const kid = decode(token)?.header.kid;
	const key = keys.find((one) => one.kid === kid) ?? keys[0];
	const pem = createPublicKey({ key: key as Jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
	const signed = `${encode({ ...decode(token)?.header, alg: "HS256" })}.${token.split(".")[1]}`;
	return `${signed}.${createHmac("sha256", pem).update(signed).digest("base64url")}`;
}

function encode(json: unknown): string {
	return Buffer.from(JSON.stringify(json)).toString("base64url");
}
