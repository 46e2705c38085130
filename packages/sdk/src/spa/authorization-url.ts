import type { SignInOptions } from "./auth.ts";
import type { Settings } from "./options.ts";
import { urlWith } from "./url-with.ts";

/** What distinguishes one authorization request from the next. */
export interface Secrets {
	readonly state: string;
	readonly nonce: string;
	readonly verifier: string;
}

const encode = (bytes: Uint8Array) =>
	btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");

/** 256 bits each, drawn apart: the verifier is not to be guessed from the state, which is seen on the way (RFC 7636 §7.1). */
export function newSecrets(): Secrets {
	const random = () => encode(crypto.getRandomValues(new Uint8Array(32)));
	return { state: random(), nonce: random(), verifier: random() };
}

/** The claims that a greeting needs, by the scope that covers them: in the ID token, so that no second call is needed. */
const claimsOf = {
	profile: ["name", "given_name", "family_name", "preferred_username", "picture", "locale"],
	email: ["email", "email_verified"],
};

/** OpenID Connect Core §3.1.2.1 and §5.5, with PKCE (RFC 7636 §4.3). */
export async function authorizationUrl(
	endpoint: string,
	{ clientId, redirectUri, scope }: Settings,
	{ state, nonce, verifier }: Secrets,
	{
		loginHint,
		acrValues,
		maxAge,
		uiLocales,
		prompt,
	}: Omit<SignInOptions, "returnTo" | "prompt"> & { readonly prompt?: string | undefined },
): Promise<string> {
	const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
	const asked = scope?.split(" ") ?? Object.keys(claimsOf);
	const claims = Object.entries(claimsOf).flatMap(([name, claims]) => (asked.includes(name) ? claims : []));
	const parameters = {
		response_type: "code",
		client_id: clientId,
		redirect_uri: redirectUri,
		scope,
		state,
		nonce,
		code_challenge: encode(new Uint8Array(challenge)),
		code_challenge_method: "S256",
		claims: claims.length > 0 ? JSON.stringify({ id_token: Object.fromEntries(claims.map((name) => [name, null])) }) : undefined,
		prompt,
		login_hint: loginHint,
		acr_values: acrValues && [acrValues].flat().join(" "),
		max_age: maxAge,
		ui_locales: uiLocales,
	};
	return urlWith(endpoint, parameters);
}
