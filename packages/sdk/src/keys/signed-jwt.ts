import { type Algorithm, algorithmNames } from "./algorithms.ts";
import { decodeBase64url } from "./base64url.ts";
import { type JsonObject, parseJsonObject } from "./json.ts";

/** A signed token taken apart. Nothing in it has been verified yet. */
export interface SignedJwt {
	readonly kid: string | undefined;
	readonly alg: Algorithm;
	readonly payload: JsonObject;
	/** The text the signature is over (RFC 7515 §5.1). */
	readonly signed: string;
	readonly signature: Buffer;
}

/** Header members that offer a key (RFC 7515 §4.1.2–§4.1.6). The keys of the issuer come from the issuer alone. */
const keyOffers = ["jwk", "jku", "x5u", "x5c"];

/** Takes a token apart, or answers a sentence saying what is wrong with it. */
export type JwtReader = (token: string) => SignedJwt | string;

/** What is wrong with the `typ` of a header, or nothing: a token of one kind is never taken for another (RFC 8725 §3.11). */
export type TypeRule = (typ: unknown) => string | undefined;

interface Header {
	readonly kid: string | undefined;
	readonly alg: Algorithm;
}

/**
 * A reader of compact JWS (RFC 7515 §3.1) that checks the header: one of the accepted algorithms, the `typ` of the kind that is read, no
 * critical extension, no key.
 */
export function createJwtReader(accepted: readonly Algorithm[], typeFault: TypeRule): JwtReader {
	// Nearly all tokens of an issuer begin with the same header, so the last one is remembered by its text.
	let lastText = "";
	let last: Header | string = "";

	return function readJwt(token) {
		const segments = token.split(".", 6);
		if (segments.length === 5) return "The token is encrypted; only signed tokens are accepted.";
		const [head, body, tail] = segments;
		if (segments.length !== 3 || head === undefined || body === undefined || tail === undefined) return "The token is not a signed JWT.";
		if (head !== lastText) {
			last = readHeader(head, accepted, typeFault);
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

function readHeader(head: string, accepted: readonly Algorithm[], typeFault: TypeRule): Header | string {
	const bytes = decodeBase64url(head);
	if (bytes === undefined) return misspelt;
	const header = parseJsonObject(bytes);
	if (header === undefined) return "The header of the token is not a JSON object.";
	const fault = headerFault(header, accepted, typeFault);
	if (fault !== undefined) return fault;
	const { kid, alg } = header as unknown as Header;
	return { kid, alg };
}

function headerFault(header: JsonObject, accepted: readonly Algorithm[], typeFault: TypeRule): string | undefined {
	const { typ, alg, kid } = header;
	if (!accepted.some((name) => name === alg))
		return algorithmNames.some((name) => name === alg)
			? "The algorithm of the token is not accepted by this API."
			: "The token is not signed by an accepted algorithm.";
	const otherType = typeFault(typ);
	if (otherType !== undefined) return otherType;
	if (kid !== undefined && (typeof kid !== "string" || kid === "")) return "The key id of the token is not a string.";
	if ("crit" in header) return "The token has critical extensions, and none is understood.";
	if (keyOffers.some((member) => member in header)) return "The token brings a key of its own, which is never used.";
	return undefined;
}

/** Whether a header's `typ` is this media type, in lower case and without `application/`; both are of no matter in it (RFC 7515 §4.1.9). */
export function isType(typ: unknown, type: string): boolean {
	return typeof typ === "string" && typ.toLowerCase().replace(/^application\//, "") === type;
}
