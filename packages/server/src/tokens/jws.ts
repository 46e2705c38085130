import { isUtf8 } from "node:buffer";
import type { KeyObject } from "node:crypto";
import { parseJsonObject, type SigningAlgorithm } from "@gatehouse/protocol";
import { algorithms } from "./algorithms.ts";
import { decodeExact, encode, view } from "./encoding.ts";

/** D7: no token of ours is longer, in characters. */
export const longestJws = 8192;

/** The header members that we write, and the only ones we read (RFC 7515 §4.1). */
export interface JwsHeader {
	readonly alg: string;
	readonly typ: string;
	readonly kid: string;
}

/** A compact JWS that was read, and is not believed yet. */
export interface Jws {
	readonly header: JwsHeader;
	readonly input: Uint8Array;
	readonly payload: Uint8Array;
	readonly signature: Uint8Array;
}

/** The first segment: the same for every token of a key and a type, so it is encoded once. */
export function encodeHeader(header: JwsHeader): string {
	return Buffer.from(JSON.stringify(header)).toString("base64url");
}

/**
 * Signs claims as a compact JWS (RFC 7515 §7.1).
 *
 * @param header from {@link encodeHeader}, of the same key
 */
export async function signJws(
	key: { readonly alg: SigningAlgorithm; readonly privateKey: KeyObject },
	header: string,
	claims: object,
): Promise<string> {
	const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
	const signature = await algorithms[key.alg].sign(Buffer.from(input, "latin1"), key.privateKey);
	return `${input}.${encode(signature)}`;
}

/**
 * Reads a compact JWS without believing it: {@link readSegments}, with `alg`, `typ` and `kid` there.
 */
export function readJws(token: string): Jws | undefined {
	const segments = readSegments(token);
	if (!segments?.signature) return undefined;
	const { header, input, payload, signature } = segments;
	const { alg, typ, kid } = header;
	if (typeof alg !== "string" || typeof typ !== "string" || typeof kid !== "string") return undefined;
	return { header: { alg, typ, kid }, input, payload, signature };
}

/**
 * The three segments of a compact JWS of anyone: one spelling each, a JSON object as header, no `crit` (we understand no
 * extension, RFC 7515 §4.1.11).
 *
 * @returns `signature` undefined where the last segment is empty: it is unsigned (RFC 7515 A.5)
 */
export function readSegments(token: string):
	| {
			readonly header: Readonly<Record<string, unknown>>;
			readonly input: Uint8Array;
			readonly payload: Uint8Array;
			readonly signature: Uint8Array | undefined;
	  }
	| undefined {
	if (token.length > longestJws) return undefined;
	const [head, body, tail, ...more] = token.split(".", 4);
	if (!head || !body || tail === undefined || more.length > 0) return undefined;
	const headerBytes = decodeExact(head);
	const payload = decodeExact(body);
	const signature = decodeExact(tail);
	const header = headerBytes && readObject(headerBytes);
	if (!header || !payload || !signature || "crit" in header) return undefined;
	const input = Buffer.from(token.slice(0, head.length + 1 + body.length), "latin1");
	return { header, input, payload, signature: tail === "" ? undefined : signature };
}

/**
 * Believes a JWS of our own: its algorithm is the key's (RFC 8725 §3.1), the signature is right and spelt as we spell it,
 * the payload is a JSON object.
 *
 * @returns its claims, else undefined.
 */
export function verifyJws(
	jws: Jws,
	key: { readonly alg: SigningAlgorithm; readonly publicKey: KeyObject },
): Readonly<Record<string, unknown>> | undefined {
	const algorithm = algorithms[key.alg];
	if (jws.header.alg !== key.alg || !algorithm.isOwnSpelling(jws.signature)) return undefined;
	if (!algorithm.verify(jws.input, key.publicKey, jws.signature)) return undefined;
	return readObject(jws.payload);
}

/** UTF-8 that is a JSON object, else undefined. */
export function readObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
	if (!isUtf8(bytes)) return undefined;
	return parseJsonObject(view(bytes).toString("utf8"));
}
