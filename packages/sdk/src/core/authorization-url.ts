import { base64urlOf } from "./base64url.ts";
import type { Digest } from "./digest.ts";
import type { HowToSignIn } from "./how-to-sign-in.ts";
import { urlWith } from "./url-with.ts";

/** What distinguishes one authorization request from the next. */
export interface Secrets {
	readonly state: string;
	readonly nonce: string;
	readonly verifier: string;
}

/** 256 bits each, drawn apart: the verifier is not to be guessed from the state, which is seen on the way (RFC 7636 §7.1). */
export function newSecrets(draw: (length: 32) => Uint8Array): Secrets {
	const random = () => base64urlOf(draw(32));
	return { state: random(), nonce: random(), verifier: random() };
}

/** Who asks, and for what. */
export interface Asking {
	readonly clientId: string;
	readonly redirectUri: string;
	/** All that the client is registered for when absent. */
	readonly scope?: string | undefined;
	/** The APIs that the grant shall cover (RFC 8707 §2); all that the scope names when absent. */
	readonly resource?: readonly string[] | undefined;
}

/** How the person shall sign in, or `none`: without any page. */
export type SignInWishes = { readonly [N in Exclude<keyof HowToSignIn, "prompt">]?: HowToSignIn[N] | undefined } & {
	readonly prompt?: HowToSignIn["prompt"] | "none" | undefined;
};

/** The claims that a greeting needs, by the scope that covers them: in the ID token, so that no second call is needed. */
const claimsOf = {
	profile: ["name", "given_name", "family_name", "preferred_username", "picture", "locale"],
	email: ["email", "email_verified"],
};

/** OpenID Connect Core §3.1.2.1 and §5.5, with PKCE (RFC 7636 §4.3). */
export async function authorizationUrl(
	endpoint: string,
	{ clientId, redirectUri, scope, resource }: Asking,
	{ verifier, ...secrets }: Secrets,
	{ loginHint, acrValues, maxAge, uiLocales, prompt }: SignInWishes,
	digest: Digest,
): Promise<string> {
	const challenge = await digest("SHA-256", new TextEncoder().encode(verifier));
	const asked = scope?.split(" ") ?? Object.keys(claimsOf);
	const claims = Object.entries(claimsOf).flatMap(([name, claims]) => (asked.includes(name) ? claims : []));
	return urlWith(endpoint, {
		response_type: "code",
		client_id: clientId,
		redirect_uri: redirectUri,
		scope,
		resource,
		...secrets,
		code_challenge: base64urlOf(challenge),
		code_challenge_method: "S256",
		claims: claims.length > 0 ? JSON.stringify({ id_token: Object.fromEntries(claims.map((name) => [name, null])) }) : undefined,
		prompt,
		login_hint: loginHint,
		acr_values: acrValues && [acrValues].flat().join(" "),
		max_age: maxAge,
		ui_locales: uiLocales,
	});
}
