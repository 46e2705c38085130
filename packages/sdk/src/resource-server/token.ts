import { type Algorithm, algorithmNames } from "./algorithms.ts";
import { decodeBase64url } from "./base64url.ts";
import { type JsonObject, parseJsonObject } from "./json.ts";

/** A signed token taken apart. Nothing in it has been verified yet. */
export interface SignedToken {
	readonly kid: string | undefined;
	readonly alg: Algorithm;
	readonly payload: JsonObject;
	/** The text the signature is over (RFC 7515 §5.1). */
	readonly signed: string;
	readonly signature: Buffer;
}

/** No token is longer, in characters. Longer ones are refused before anything is decoded or hashed. */
export const maxTokenLength = 8192;

/** Header members that offer a key (RFC 7515 §4.1.2–§4.1.6). The keys of the issuer come from the issuer alone. */
const keyOffers = ["jwk", "jku", "x5u", "x5c"];

/** Takes a token apart, or answers a sentence saying what is wrong with it. */
export type TokenReader = (token: string) => SignedToken | string;

interface Header {
	readonly kid: string | undefined;
	readonly alg: Algorithm;
}

/**
 * A reader of compact JWS (RFC 7515 §3.1) that checks the header: an access token by its `typ` (RFC 9068 §2.1), one of the accepted
 * algorithms, no critical extension.
 */
export function createTokenReader(accepted: readonly Algorithm[]): TokenReader {
	// Nearly all tokens of an issuer begin with the same header, so the last one is remembered by its text.
	let lastText = "";
	let last: Header | string = "";

	return function readToken(token) {
		const segments = token.split(".", 6);
		if (segments.length === 5) return "The token is encrypted; only signed tokens are accepted.";
		const [head, body, tail] = segments;
		if (segments.length !== 3 || head === undefined || body === undefined || tail === undefined) return "The token is not a signed JWT.";
		if (head !== lastText) {
			last = readHeader(head, accepted);
			lastText = head;
		}
		if (typeof last === "string") return last;
		const bytes = decodeBase64url(body);
		const signature = decodeBase64url(tail);
		if (bytes === undefined || signature === undefined) return misspelt;
		const payload = parseJsonObject(bytes);
		if (payload === undefined) return "The payload of the token is not a JSON object.";
		return { kid: last.kid, alg: last.alg, payload, signed: token.slice(0, head.length + 1 + body.length), signature };
	};
}

const misspelt = "The token is not base64url in its one right spelling.";

function readHeader(head: string, accepted: readonly Algorithm[]): Header | string {
	const bytes = decodeBase64url(head);
	if (bytes === undefined) return misspelt;
	const header = parseJsonObject(bytes);
	if (header === undefined) return "The header of the token is not a JSON object.";
	const fault = headerFault(header, accepted);
	if (fault !== undefined) return fault;
	const { kid, alg } = header as unknown as Header;
	return { kid, alg };
}

function headerFault(header: JsonObject, accepted: readonly Algorithm[]): string | undefined {
	const { typ, alg, kid } = header;
	if (!accepted.some((name) => name === alg))
		return algorithmNames.some((name) => name === alg)
			? "The algorithm of the token is not accepted by this API."
			: "The token is not signed by an accepted algorithm.";
	if (typeof typ !== "string" || !isAccessTokenType(typ)) return "The token is not an access token (its type is not at+jwt).";
	if (kid !== undefined && (typeof kid !== "string" || kid === "")) return "The key id of the token is not a string.";
	if ("crit" in header) return "The token has critical extensions, and none is understood.";
	if (keyOffers.some((member) => member in header)) return "The token brings a key of its own, which is never used.";
	return undefined;
}

/** RFC 9068 §2.1; media types do not mind upper case (RFC 7515 §4.1.9). */
function isAccessTokenType(typ: string): boolean {
	const type = typ.toLowerCase();
	return type === "at+jwt" || type === "application/at+jwt";
}
