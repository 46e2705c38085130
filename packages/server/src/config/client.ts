import { type JwkSet, type PublicJwk, signingAlgorithms } from "@gatehouse/protocol";
import { webPage } from "./addresses.ts";
import { optional, required, secretive } from "./row.ts";
import { secret } from "./secrets.ts";
import { choice, fault, flag, integer, isObject, list, object, type Shape, text } from "./shape.ts";

const uri = text("a URI", { max: 2048 });

/** RFC 6749 appendix A.1, without the blank: a `client_id` travels in headers, addresses and logs. */
const clientId = text("visible ASCII characters", {
	max: 255,
	why: (written) => (/^[\x21-\x7e]+$/.test(written) ? undefined : "must be visible ASCII characters without blanks"),
});

const instant: Shape<number, string> = {
	words: 'a date and time such as "2027-01-31T00:00:00Z"',
	read(written, reading) {
		const known = typeof written === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(written);
		const milliseconds = known ? Date.parse(written) : Number.NaN;
		return Number.isNaN(milliseconds) ? fault(reading, `must be ${instant.words}`) : milliseconds;
	},
};

/** RFC 7517 §5, as far as its form goes: what the keys are good for, `clientFaults` says. */
const jwks: Shape<JwkSet> = {
	words: "a JWK set, an object with a list of keys",
	read(written, reading) {
		const keys = isObject(written) ? written["keys"] : undefined;
		return Array.isArray(keys) && keys.every(isKey) ? { keys } : fault(reading, `must be ${jwks.words}`);
	},
};

function isKey(value: unknown): value is PublicJwk {
	return isObject(value) && typeof value["kty"] === "string";
}

const declaredSecret = object(
	{
		value: secretive(required("The secret.", secret())),
		expires: optional("When it stops working.", instant),
	},
	"a secret with its end",
);

/** Metadata that other servers know, and what to do here instead. */
const elsewhere: Readonly<Record<string, string>> = {
	...sentences("is for client certificates, which are not supported: use `client_secret_basic`, and take this away", [
		"tls_client_auth_subject_dn",
		"tls_client_auth_san_dns",
		"tls_client_auth_san_uri",
		"tls_client_auth_san_ip",
		"tls_client_auth_san_email",
		"tls_client_certificate_bound_access_tokens",
	]),
	...sentences("is not supported: request objects are signed and not encrypted, take this away", [
		"request_object_encryption_alg",
		"request_object_encryption_enc",
	]),
	...sentences("is not supported: tokens and userinfo are signed and not encrypted, take this away", [
		"id_token_encrypted_response_alg",
		"id_token_encrypted_response_enc",
		"userinfo_encrypted_response_alg",
		"userinfo_encrypted_response_enc",
		"introspection_signed_response_alg",
		"authorization_signed_response_alg",
	]),
	require_pushed_authorization_requests: "is not supported: there is no pushed authorization endpoint, take this away",
	dpop_bound_access_tokens: "is not supported: tokens are bearer tokens, take this away",
	frontchannel_logout_uri: "is not supported, because browsers block it: use `backchannel_logout_uri`",
	frontchannel_logout_session_required: "is not supported: use `backchannel_logout_uri`",
	software_statement: "is not supported: take this away",
	secret: "is not known here; did you mean `client_secret`?",
	scopes: "is not known here; did you mean `scope`, one text with blanks between the names?",
	audience: "is not known here: APIs are `resources`, and a client's `scope` names theirs",
	type: "is not known here: public or confidential follows from `token_endpoint_auth_method`, native from `application_type`",
};

function sentences(sentence: string, names: readonly string[]): Record<string, string> {
	return Object.fromEntries(names.map((name) => [name, sentence]));
}

/** A client as the configuration and `client add` write it: RFC 7591 §2, OpenID Registration §2, and our six extensions. */
export const client = object(
	{
		client_id: required("The name it sends.", clientId),
		client_name: optional("The name people see.", text("text", { max: 100 })),
		client_uri: optional("Its home page.", webPage),
		logo_uri: optional("Its logo.", webPage),
		policy_uri: optional("Its privacy policy.", webPage),
		tos_uri: optional("Its terms.", webPage),
		contacts: optional("Who to write to.", list(text("an address", { max: 320 }))),
		application_type: optional("Whether it runs on a device of its user.", choice(["web", "native"])),
		token_endpoint_auth_method: optional("How it proves itself; `none` makes it public.", text("the name of a method", { max: 100 })),
		token_endpoint_auth_signing_alg: optional("The one algorithm of its assertions.", choice(signingAlgorithms, symmetric)),
		jwks: optional("Its public keys, for what it signs.", jwks),
		jwks_uri: optional("Where it publishes its public keys.", uri),
		client_secret: secretive(optional("Its secret.", secret())),
		client_secrets: secretive(optional("Several secrets, for changing one without an outage.", list(declaredSecret))),
		redirect_uris: optional("Where codes are sent, to the letter.", list(uri)),
		post_logout_redirect_uris: optional("Where people may land after signing out.", list(uri)),
		backchannel_logout_uri: optional("Where it is told that a session ended.", uri),
		backchannel_logout_session_required: optional("Whether it wants the `sid` there; it is always there.", flag),
		grant_types: optional("What it may ask the token endpoint for.", list(text("the name of a grant type", { max: 100 }))),
		response_types: optional("Always code.", list(choice(["code"], () => "is not supported: only `code` is, take this away"))),
		scope: optional("What it may ask for, with blanks between the names.", text("text", { max: 8192 })),
		subject_type: optional("Whether it sees the `sub` that all see, or one of its own sector.", choice(["public", "pairwise"])),
		sector_identifier_uri: optional("Where its redirect URIs are listed, if they have several hosts and `sub` is pairwise.", uri),
		id_token_signed_response_alg: optional("The algorithm of its ID tokens.", choice(signingAlgorithms, unsafe)),
		userinfo_signed_response_alg: optional("Makes its userinfo a JWT, signed so.", choice(signingAlgorithms, symmetric)),
		request_object_signing_alg: optional("The one algorithm of its request objects.", choice(signingAlgorithms, symmetric)),
		request_uris: optional("The only addresses that its request objects are fetched from.", list(uri)),
		require_signed_request_object: optional("Whether it sends parameters in signed request objects alone.", flag),
		initiate_login_uri: optional("Where a sign-in begins that somebody else starts.", webPage),
		default_acr_values: optional("The `acr` it asks for where a request names none.", list(text("text", { max: 100 }))),
		default_max_age: optional("Seconds after which people prove themselves again.", integer(0, 315_360_000)),
		require_auth_time: optional("Whether ID tokens carry `auth_time`; they always do.", flag),
		first_party: optional("Ours: no consent page where the redirect proves the app.", flag),
		reviewed: optional("Ours: shown on the consent page.", flag),
		require_pkce: optional("Ours: false exempts a confidential client from PKCE.", flag),
		legacy_assertion_audience: optional("Ours: accepts our token endpoint's URL as the audience of its assertions.", flag),
		allowed_cors_origins: optional("Ours: the origins its pages call from.", list(uri)),
		enabled: optional("False switches it off.", flag),
	},
	"a client",
	elsewhere,
);

function symmetric(word: string): string | undefined {
	return /^(HS\d+|none)$/i.test(word) ? `is never accepted: use one of ${signingAlgorithms.join(", ")}` : undefined;
}

function unsafe(word: string): string | undefined {
	return /^(HS\d+|none)$/i.test(word) ? `is never accepted: ID tokens are signed with ${signingAlgorithms.join(", ")}` : undefined;
}
