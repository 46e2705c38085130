import type { Kind } from "./steps.ts";

/** What each kind of step is called, why it is taken, and where that is written. */
export const tellings: Readonly<Record<Kind, { readonly title: string; readonly why: string; readonly section: string }>> = {
	authorize: {
		title: "The browser is sent to the sign-in",
		why: "The shop leaves its page: a password belongs on auth’s own page and nowhere else. With prompt=none it only asks whether somebody is signed in there already, and no page is shown.",
		section: "RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1",
	},
	answer: {
		title: "The browser comes back with an answer",
		why: "The address is seen by the browser, its history and whoever looks over a shoulder. So it carries no token, only a code that is good once, for a minute, and for whoever holds the verifier.",
		section: "RFC 6749 §4.1.2, RFC 9207",
	},
	exchange: {
		title: "The code is exchanged for tokens",
		why: "A direct request that no page in between can see. A worker makes it: the refresh token in the answer stays there, where no script of the page can read it. The ID token that comes along says who signed in; the access token with it is for auth itself, and good for no API.",
		section: "RFC 6749 §4.1.3, RFC 7636 §4.5",
	},
	token: {
		title: "A token for one API",
		why: "Each API gets a token of its own: crm cannot use what it is sent to call orders. The refresh token is spent by this and replaced; one that comes twice ends them all.",
		section: "RFC 8707 §2.2, RFC 9700 §4.14",
	},
	call: {
		title: "An API is called",
		why: "The API checks with auth’s public keys that the token is genuine, that it is meant for it, that it has not expired and that it allows this. It asks nobody.",
		section: "RFC 6750 §2.1, RFC 9068 §4",
	},
	"end-session": {
		title: "The browser is sent to sign out",
		why: "The session at auth is a cookie of auth. Only the browser can take it there, so the page is left once more.",
		section: "OpenID Connect RP-Initiated Logout §2",
	},
};

/** What each parameter and claim is for. */
export const meanings: Readonly<Record<string, string>> = {
	response_type: "A code shall come back, never a token.",
	response_mode: "How the answer comes back.",
	client_id: "Who asks. A browser app has no secret to prove it with.",
	redirect_uri: "Where to come back to: exactly as it is registered.",
	scope: "What is asked for, or allowed.",
	state: "Ties the answer to this tab: a foreign one is refused.",
	nonce: "Comes back within the ID token: an old one is refused.",
	code_challenge: "A hash of the verifier, which the shop keeps to itself.",
	code_challenge_method: "The hash is SHA-256.",
	resource: "The API that the token shall be for.",
	claims: "Name and e-mail in the ID token, so that a greeting needs no second call.",
	prompt: "none: without a page. login: with the password in any case.",
	code: "Good once, for a minute, for whoever holds the verifier.",
	iss: "Who answered, or who made the token.",
	error: "Why there is no code. login_required: nobody is signed in there.",
	error_description: "The same in words.",
	grant_type: "What is given for the tokens.",
	code_verifier: "Proves that whoever began is who brings the code (PKCE).",
	refresh_token: "For the next token. Replaced at each use.",
	id_token_hint: "Which session is meant, so that nobody is asked.",
	post_logout_redirect_uri: "Where to come back to.",
	Authorization: "The token goes in this header and nowhere else.",
	"WWW-Authenticate": "What was missing.",
	alg: "How it is signed. Never none, never with a shared secret.",
	kid: "Which of auth’s public keys checks it.",
	typ: "at+jwt: an access token. An ID token is refused here.",
	aud: "The one API that may accept it.",
	sub: "The person.",
	exp: "Until when it is good.",
	iat: "When it was made.",
	nbf: "From when it is good.",
	jti: "The token’s own number.",
	auth_time: "When the person proved who they are.",
	acr: "How strong that proof was.",
	amr: "By what.",
	sid: "The session at auth.",
};
