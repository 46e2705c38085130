import { type ClientMetadata, type JwkSet, type PublicJwk, parseScope, signingAlgorithms } from "@gatehouse/protocol";
import { whyNoWebPage } from "../../model/index.ts";

/** Members that nobody says of themselves: the id that we give, and our extensions, which are an operator's. */
type NotAsked =
	| "client_id"
	| "first_party"
	| "reviewed"
	| "require_pkce"
	| "legacy_assertion_audience"
	| "allowed_cors_origins"
	| "enabled";

/** What a client may say of itself. */
export type AskedMetadata = Omit<ClientMetadata, NotAsked>;

/** A value has not the form of its member; `text` goes on a sentence that begins with the member's name. */
export class Malformed extends Error {
	/** Where in the member it is: `[2]`. */
	readonly within: string;

	constructor(text: string, within = "") {
		super(text);
		this.within = within;
	}
}

/** Reads one member. @throws Malformed */
type Reader<Value> = (written: unknown) => Value;

/** What the implicit and hybrid flows answer with (OAuth 2.0 Multiple Response Types §3 and §5), each a set of words. */
const implicitResponseTypes = ["token", "id_token", "id_token token", "code token", "code id_token", "code id_token token"];

/**
 * Every member that is understood (RFC 7591 §2, OpenID Connect Registration §2, Back-Channel Logout §2.2), and how it is read.
 * Whatever is not here is ignored. What the values mean together, `clientFaults` says, as it does of files.
 */
export const members: { readonly [Name in keyof Required<AskedMetadata>]: Reader<NonNullable<AskedMetadata[Name]>> } = {
	client_name: name,
	client_uri: webPage,
	logo_uri: webPage,
	policy_uri: webPage,
	tos_uri: webPage,
	contacts: list(text(320)),
	application_type: word(["web", "native"]),
	token_endpoint_auth_method: text(100),
	token_endpoint_auth_signing_alg: word(signingAlgorithms),
	jwks: keySet,
	jwks_uri: text(2048),
	redirect_uris: list(text(2048)),
	post_logout_redirect_uris: list(text(2048)),
	backchannel_logout_uri: text(2048),
	backchannel_logout_session_required: flag,
	grant_types: leavingOut(isOtherGrant, list(text(100))),
	response_types: leavingOut(isImplicitResponse, list(word(["code"]))),
	scope,
	subject_type: word(["public", "pairwise"]),
	sector_identifier_uri: text(2048),
	id_token_signed_response_alg: word(signingAlgorithms),
	userinfo_signed_response_alg: word(signingAlgorithms),
	request_object_signing_alg: word(signingAlgorithms),
	request_uris: list(text(2048)),
	require_signed_request_object: flag,
	initiate_login_uri: webPage,
	default_acr_values: list(text(100)),
	default_max_age: seconds,
	require_auth_time: flag,
};

/**
 * Libraries register all that they could do: the implicit flow, device codes. What is not offered is left out where something
 * else is left, and the answer says what was registered (RFC 7591 §3.2.1).
 */
function leavingOut<Value>(isOther: (value: string) => boolean, read: Reader<readonly Value[]>): Reader<readonly Value[]> {
	return (written) => {
		const kept = Array.isArray(written) ? written.filter((one) => typeof one !== "string" || !isOther(one)) : [];
		return read(kept.length > 0 ? kept : written);
	};
}

function isImplicitResponse(responseType: string): boolean {
	return implicitResponseTypes.includes(responseType.split(" ").toSorted().join(" "));
}

/** The implicit flow, and extension grants (RFC 6749 §4.5), of which none is offered. */
function isOtherGrant(grantType: string): boolean {
	return grantType === "implicit" || grantType.startsWith("urn:");
}

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u;

function text(max: number): Reader<string> {
	return (written) => {
		if (typeof written !== "string") throw new Malformed("must be text");
		if (written === "" || written.trim() !== written) throw new Malformed("is empty or has blanks around it");
		if (written.length > max) throw new Malformed(`is longer than ${max} characters`);
		if (invisible.test(written)) throw new Malformed("has invisible characters: take them away");
		return written;
	};
}

/** As people read it: what would turn it round or hide in it is left out (DR-09). */
function name(written: unknown): string {
	if (typeof written !== "string") throw new Malformed("must be text");
	return text(100)(written.replaceAll(new RegExp(invisible, "gu"), "").trim());
}

function webPage(written: unknown): string {
	const address = text(2048)(written);
	const why = whyNoWebPage(address);
	if (why !== undefined) throw new Malformed(why);
	return address;
}

function flag(written: unknown): boolean {
	if (typeof written !== "boolean") throw new Malformed("must be true or false");
	return written;
}

function seconds(written: unknown): number {
	const most = 315_360_000;
	if (!Number.isSafeInteger(written) || Number(written) < 0 || Number(written) > most)
		throw new Malformed(`must be a whole number of seconds, at most ${most}`);
	return Number(written);
}

function word<const Word extends string>(words: readonly Word[]): Reader<Word> {
	return (written) => {
		const known = words.find((one) => one === written);
		if (known === undefined) throw new Malformed(`must be ${words.length === 1 ? "" : "one of "}${words.join(", ")}`);
		return known;
	};
}

function list<Value>(read: Reader<Value>): Reader<readonly Value[]> {
	return (written) => {
		if (!Array.isArray(written)) throw new Malformed("must be a list");
		return written.map((one, index) => {
			try {
				return read(one);
			} catch (error) {
				throw error instanceof Malformed ? new Malformed(error.message, `[${index}]`) : error;
			}
		});
	};
}

function scope(written: unknown): string {
	if (typeof written !== "string") throw new Malformed("must be text, with blanks between the names");
	if (written.length > 8192) throw new Malformed("is longer than 8192 characters");
	const names = parseScope(written);
	if (!names) throw new Malformed("is no scope (RFC 6749 §3.3)");
	return names.join(" ");
}

/** RFC 7517 §4, RFC 7518 §6: what a public key consists of, and what gives a private one away, so that it is refused. */
const ofKeys = ["kty", "use", "key_ops", "alg", "kid", "crv", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** RFC 7517 §5; what the keys are good for, `clientFaults` says. */
function keySet(written: unknown): JwkSet {
	const keys = isObject(written) ? written["keys"] : undefined;
	if (!Array.isArray(keys) || !keys.every(isKey)) throw new Malformed("must be a JWK set, an object with a list of `keys`");
	return {
		keys: keys.map(
			(key) => Object.fromEntries(ofKeys.flatMap((name) => (Object.hasOwn(key, name) ? [[name, key[name]]] : []))) as PublicJwk,
		),
	};
}

function isKey(value: unknown): value is PublicJwk {
	return isObject(value) && Object.hasOwn(value, "kty") && typeof value["kty"] === "string";
}

/** A JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
