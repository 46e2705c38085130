import { type ErrorCode, errorStatus } from "./errors.ts";

/** Where a code can be met. */
const places = {
	redirect: "redirect URI",
	page: "page",
	endpoint: "every endpoint",
	token: "`/token`",
	revoke: "`/revoke`",
	introspect: "`/introspect`",
	userinfo: "`/userinfo`",
	register: "`/register`",
	nowhere: "not sent by this version",
} as const;

interface ErrorMeaning {
	/** The section that defines the code, or that it is ours. */
	readonly source: string;
	readonly places: readonly (keyof typeof places)[];
	/** What happened, in one or two sentences for the developer of an app. */
	readonly meaning: string;
	/** What helps. */
	readonly remedy: string;
}

/** Every code of the table of errors, explained to the developer who meets it. */
export const errorMeanings: Readonly<Record<ErrorCode, ErrorMeaning>> = {
	invalid_request: {
		source: "RFC 6749 §5.2",
		places: ["redirect", "page", "endpoint"],
		meaning:
			"A parameter is missing, stands twice, is too long or cannot be read. On a page it means that the app or its redirect URI is not known, so that there is nowhere to send the error.",
		remedy:
			"Read `error_description`: it names the parameter. On a page, compare `client_id` and `redirect_uri` with the configuration, character by character.",
	},
	invalid_client: {
		source: "RFC 6749 §5.2",
		places: ["token", "revoke", "introspect"],
		meaning:
			"The client is unknown, disabled, or did not prove itself in the way that it is registered for. All of these look alike on purpose; the log says which it was.",
		remedy:
			"Check the secret, and that `token_endpoint_auth_method` is what your library sends. A public client sends `client_id` alone. An assertion has the issuer as its one `aud`, lives five minutes at most, and is sent once.",
	},
	invalid_grant: {
		source: "RFC 6749 §5.2",
		places: ["token"],
		meaning:
			"The code or the refresh token is over: used before, too old, made for another client or another redirect URI, or what it stood for has ended, because somebody signed out or took a permission back.",
		remedy:
			"Send the person through `/authorize` again. Do not repeat the call: a refresh token that is used twice ends its whole family. Where it comes with the first code, the `code_verifier` or the `redirect_uri` is not the one of the request.",
	},
	unauthorized_client: {
		source: "RFC 6749 §5.2",
		places: ["redirect", "token", "revoke"],
		meaning: "The client is known and may not do this: its `grant_types` lack what it asks for, or the token belongs to another client.",
		remedy: "Add the grant type to the client in the configuration, or use the client that the token was issued to.",
	},
	unsupported_grant_type: {
		source: "RFC 6749 §5.2",
		places: ["token"],
		meaning: "There is no such `grant_type` here. Passwords are never sent to the token endpoint.",
		remedy: "Use one of `grant_types_supported` in the discovery document.",
	},
	invalid_scope: {
		source: "RFC 6749 §5.2",
		places: ["redirect", "token"],
		meaning: "A scope was asked for that this client is not registered for, that does not exist, or that was not part of the grant.",
		remedy: "The description names the scope. Add it to the client's `scope`, or ask for less: libraries like to ask for more by default.",
	},
	invalid_target: {
		source: "RFC 8707 §2",
		places: ["redirect", "token"],
		meaning:
			"`resource` names an API that none of the scopes belong to, or a token was asked for without saying which of several APIs it is for.",
		remedy: "Send the API's `identifier` as `resource`, and at least one of its scopes with the authorization request.",
	},
	access_denied: {
		source: "RFC 6749 §4.1.2.1",
		places: ["redirect"],
		meaning: "The person said no, or is in none of the groups that may have what was asked for.",
		remedy: "Say so kindly, and offer to try again. Do not start again by yourself: the person would be asked for ever.",
	},
	unsupported_response_type: {
		source: "RFC 6749 §4.1.2.1",
		places: ["redirect"],
		meaning: "Only `response_type=code` exists here. The implicit flow put tokens into addresses, where they leaked.",
		remedy: "Switch your library to the authorization code flow with PKCE.",
	},
	server_error: {
		source: "RFC 6749 §4.1.2.1",
		places: ["page", "endpoint"],
		meaning: "Something went wrong in Gatehouse. The cause is in its log, under the trace id.",
		remedy: "Give the trace id to whoever runs Gatehouse.",
	},
	temporarily_unavailable: {
		source: "RFC 6749 §4.1.2.1",
		places: ["page", "endpoint"],
		meaning: "The store or a queue is over its limit. Nothing was changed.",
		remedy: "Try again after the seconds of `Retry-After`.",
	},
	interaction_required: {
		source: "OpenID Connect Core §3.1.2.6",
		places: ["redirect"],
		meaning: "`prompt=none` allowed no page, and the person has to confirm an app on their device.",
		remedy: "Send the same request without `prompt=none`, when the person next presses a button.",
	},
	login_required: {
		source: "OpenID Connect Core §3.1.2.6",
		places: ["redirect"],
		meaning: "`prompt=none` allowed no page, and nobody is signed in, or not recently enough, or somebody else than you named.",
		remedy: "This is the answer to a silent question, not a fault: show your button to sign in.",
	},
	account_selection_required: {
		source: "OpenID Connect Core §3.1.2.6",
		places: ["nowhere"],
		meaning:
			"`prompt=none` allowed no page, and the person has to choose an account. A browser holds one account here, so there is never a choice.",
		remedy: "Send the same request without `prompt=none`.",
	},
	consent_required: {
		source: "OpenID Connect Core §3.1.2.6",
		places: ["redirect"],
		meaning: "`prompt=none` allowed no page, and the person has not allowed all of this yet.",
		remedy: "Send the same request without `prompt=none`, when the person next presses a button.",
	},
	request_not_supported: {
		source: "OpenID Connect Core §3.1.2.6",
		places: ["redirect", "page"],
		meaning: "The request object in `request` is unsigned, or the client has registered no keys to sign one with.",
		remedy: "Give the client `jwks` or `jwks_uri` and sign the object, or send the parameters as they are.",
	},
	request_uri_not_supported: {
		source: "OpenID Connect Core §3.1.2.6",
		places: ["redirect", "page"],
		meaning:
			"The `request_uri` is none of the client's `request_uris`, character by character, so that nothing was fetched; or what is there is unsigned.",
		remedy: "Register the address, with its fragment if it has one, or send the object itself as `request`.",
	},
	invalid_request_uri: {
		source: "OpenID Connect Core §3.1.2.6",
		places: ["redirect", "page"],
		meaning: "The address of a request object could not be fetched, or what was there is none.",
		remedy:
			"Serve the request object itself at that address, as `application/oauth-authz-req+jwt`, without a redirect and within five seconds.",
	},
	invalid_request_object: {
		source: "OpenID Connect Core §3.1.2.6",
		places: ["redirect", "page"],
		meaning: "The request object is not signed by a key of this client, has expired, or says something else than the parameters beside it.",
		remedy: "The description names the member. Sign with a key of the client's `jwks` or `jwks_uri`; unsigned objects are never taken.",
	},
	unmet_authentication_requirements: {
		source: "OpenID Connect Core Error Code unmet_authentication_requirements 1.0 §2",
		places: ["redirect"],
		meaning: "The request demanded an `acr` as essential that a sign-in here cannot reach.",
		remedy: "Ask for one of `acr_values_supported`, or ask for it voluntarily, with `acr_values`.",
	},
	registration_not_supported: {
		source: "OpenID Connect Core §3.1.2.6",
		places: ["redirect"],
		meaning: "The request carried a `registration`, which is for issuers on a person's own device.",
		remedy: "Declare the client in the configuration.",
	},
	invalid_token: {
		source: "RFC 6750 §3.1",
		places: ["userinfo", "register"],
		meaning:
			"There is no access token, or it is not for userinfo, has expired, or has ended. At `/register`: no token that allows to register, or that manages this client; or clients do not register themselves here.",
		remedy:
			"Get a new one by refresh. A token whose `aud` is an API alone is not for userinfo: leave `resource` out, or name the issuer. For `/register` an operator makes one: `gatehouse registration-token create`.",
	},
	insufficient_scope: {
		source: "RFC 6750 §3.1",
		places: ["userinfo"],
		meaning: "The token is valid and was issued without the scope `openid`.",
		remedy: "Ask for `openid` in the authorization request.",
	},
	invalid_redirect_uri: {
		source: "RFC 7591 §3.2.2",
		places: ["register"],
		meaning: "A client that registers itself named no redirect URI, or one that is not acceptable. Nothing was stored.",
		remedy:
			"The description says which and why. URIs are compared literally: https, or http on loopback; private-use schemes for `application_type` `native` alone.",
	},
	invalid_client_metadata: {
		source: "RFC 7591 §3.2.2",
		places: ["register"],
		meaning:
			"A client that registers itself described itself wrongly: the body is no JSON object, or a member is not what it must be. Nothing was stored.",
		remedy: "The description names the member and says what is wrong with it.",
	},
	unapproved_software_statement: {
		source: "RFC 7591 §3.2.2",
		places: ["register"],
		meaning: "A client that registers itself sent a `software_statement`. Gatehouse trusts no issuer of such statements.",
		remedy: "Send the members themselves.",
	},
	forbidden: {
		source: "us",
		places: ["page"],
		meaning: "A form was sent by another site, or belongs to no sign-in of this browser. Nothing in it was looked at.",
		remedy: "Start again from the app. If it happens again, the browser or an extension drops cookies or headers.",
	},
	cookies_off: {
		source: "us",
		places: ["page"],
		meaning:
			"The browser keeps no cookies for this site, so no page can follow another. Over plain http this also happens off `localhost`.",
		remedy: "Allow cookies for the site, and start again from the app. Serve Gatehouse by https.",
	},
	not_found: {
		source: "us",
		places: ["page", "endpoint"],
		meaning: "There is nothing at this address.",
		remedy: "Take the addresses from the discovery document; do not put them together yourself.",
	},
	method_not_allowed: {
		source: "us, with the status of RFC 9110 §15.5.6",
		places: ["page", "endpoint"],
		meaning: "The address exists and answers other methods: the header `Allow` names them.",
		remedy: "The token endpoint takes POST with a form.",
	},
	content_too_large: {
		source: "us, with the status of RFC 9110 §15.5.14",
		places: ["page", "endpoint"],
		meaning: "The body is larger than 64 KB.",
		remedy: "Nothing in the protocol is that long. Look at what your library sends.",
	},
	uri_too_long: {
		source: "us, with the status of RFC 9110 §15.5.15",
		places: ["nowhere"],
		meaning: "The address is longer than is read.",
		remedy: "Shorten `state`: keep what you want to remember on your side, and send its name.",
	},
	unsupported_media_type: {
		source: "us, with the status of RFC 9110 §15.5.16",
		places: ["page"],
		meaning: "The body is not a form.",
		remedy: "Send `application/x-www-form-urlencoded`. JSON is for answers.",
	},
	too_many_requests: {
		source: "us, with the status of RFC 6585 §4",
		places: ["register"],
		meaning: "Too many registrations came from one network within an hour.",
		remedy: "Wait the seconds of `Retry-After`. Register once and keep what you were given, instead of at each start.",
	},
};

const introduction = `# The errors

Generated from the tables of errors. An error reaches you in one of three ways, always with a code from this list:

- **At your redirect URI**, as \`error\` and \`error_description\`, with \`state\` and \`iss\` like any other answer (RFC 6749 §4.1.2.1).
- **As JSON** from the endpoints that apps call: \`error\`, \`error_description\` and \`trace_id\`, with the status below (RFC 6749 §5.2).
- **On a page**, where there is no app to go back to: its code, and its trace id.

Act on the code. The description is for you, never for people, and its words may change. The trace id, which is also in the header
\`x-trace-id\`, finds the line in Gatehouse's log, and there alone stands the cause.

## From Gatehouse
`;

/** The manual's page of errors, in Markdown: a table to find a code, and what each means. Derived from the table of errors. */
export function errorReference(): string {
	const codes = (Object.keys(errorStatus) as ErrorCode[]).sort();
	return [
		introduction,
		"| Code | Status | Where |",
		"| --- | --- | --- |",
		...codes.map((code) => `| [\`${code}\`](#${code}) | ${statusOf(code)} | ${placesOf(code)} |`),
		...codes.flatMap((code) => {
			const { source, meaning, remedy } = errorMeanings[code];
			return ["", `### \`${code}\``, "", meaning, "", `**What helps:** ${remedy}`, "", `<small>Defined by ${source}.</small>`];
		}),
		"",
	].join("\n");
}

/** At a redirect URI an error has no status of its own. */
function statusOf(code: ErrorCode): string {
	return errorMeanings[code].places.every((place) => place === "redirect" || place === "nowhere") ? "" : String(errorStatus[code]);
}

function placesOf(code: ErrorCode): string {
	return errorMeanings[code].places.map((place) => places[place]).join(", ");
}
