import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import type { JwkSet, SigningAlgorithm } from "@gatehouse/protocol";
import type { Fields } from "./form.ts";

/** A key of a client: what it publishes of it, and what it signs. The signatures are foreign ones, as another library makes them. */
export interface ClientKey {
	readonly jwk: JwkSet["keys"][number];
	readonly privateKey: KeyObject;
	/** A compact JWS of these claims; members of `header` that are undefined are left out. */
	readonly sign: (claims: object, header?: object) => string;
}

/** Makes a key; `members` stand in its JWK, and its `kid` in what it signs. */
export function clientKey(
	alg: SigningAlgorithm = "ES256",
	members: { readonly kid?: string; readonly [member: string]: unknown } = {},
): ClientKey {
	const { privateKey, publicKey } = pairOf(alg);
	const jwk = { ...(publicKey.export({ format: "jwk" }) as { kty: string }), ...members };
	const { kid } = members;
	return {
		jwk,
		privateKey,
		sign: (claims, header = {}) => compact({ alg, kid, ...header }, claims, (input) => signature(alg, input, privateKey)),
	};
}

function pairOf(alg: SigningAlgorithm): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
	if (alg === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
	return alg === "EdDSA" ? generateKeyPairSync("ed25519") : generateKeyPairSync("rsa", { modulusLength: 2048 });
}

/** RFC 7518 §3.3–3.5, RFC 8037 §3.1. */
function signature(alg: SigningAlgorithm, input: Buffer, key: KeyObject): Buffer {
	if (alg === "EdDSA") return sign(null, input, key);
	if (alg === "ES256") return sign("sha256", input, { key, dsaEncoding: "ieee-p1363" });
	return sign("sha256", input, alg === "PS256" ? { key, padding: 6, saltLength: 32 } : { key });
}

/** Header, claims and signature as three segments (RFC 7515 §7.1). A text is taken for JSON already. */
export function compact(header: object | string, claims: object | string, signed: (input: Buffer) => Buffer): string {
	const segment = (value: object | string) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
	const input = `${segment(header)}.${segment(claims)}`;
	return `${input}.${signed(Buffer.from(input)).toString("base64url")}`;
}

/** The claims of an assertion that is right (RFC 7523 §3); `now` in epoch milliseconds. */
export function assertionClaims(clientId: string, audience: string, now: number) {
	const iat = Math.floor(now / 1000);
	return { iss: clientId, sub: clientId, aud: audience, jti: randomUUID(), iat, exp: iat + 60 };
}

/** What a client sends to prove itself with an assertion (RFC 7523 §2.2). */
export function asserted(assertion: string): Fields {
	return { client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", client_assertion: assertion };
}
