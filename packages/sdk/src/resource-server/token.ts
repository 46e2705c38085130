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

/**
 * Takes a compact JWS (RFC 7515 §3.1) apart and checks its header: an access token by its `typ` (RFC 9068 §2.1), one of the accepted
 * algorithms, no critical extension. Answers a sentence saying what is wrong otherwise.
 */
export function readToken(token: string, accepted: readonly Algorithm[]): SignedToken | string {
	const segments = token.split(".", 6);
	const [head, body, tail] = segments;
	if (segments.length === 5) return "The token is encrypted; only signed tokens are accepted.";
	if (segments.length !== 3 || head === undefined || body === undefined || tail === undefined) return "The token is not a signed JWT.";
	const [headBytes, bodyBytes, signature] = [decodeBase64url(head), decodeBase64url(body), decodeBase64url(tail)];
	if (headBytes === undefined || bodyBytes === undefined || signature === undefined)
		return "The token is not base64url in its one right spelling.";
	const header = parseJsonObject(headBytes);
	if (header === undefined) return "The header of the token is not a JSON object.";
	const fault = headerFault(header, accepted);
	if (fault !== undefined) return fault;
	const payload = parseJsonObject(bodyBytes);
	if (payload === undefined) return "The payload of the token is not a JSON object.";
	const { kid, alg } = header as { readonly kid: string | undefined; readonly alg: Algorithm };
	return { kid, alg, payload, signed: token.slice(0, head.length + 1 + body.length), signature };
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
