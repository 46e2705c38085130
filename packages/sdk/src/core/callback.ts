/** What the issuer answered, as it stands in the callback's URL (RFC 6749 §4.1.2, RFC 9207 §2). Nothing of it is believed yet. */
export interface Callback {
	readonly state: string | null;
	readonly iss: string | null;
	readonly code: string | null;
	readonly error: string | null;
	readonly description: string | null;
}

/** The answer in this URL, if it is the redirect URI's and has one. */
export function callbackIn(href: string, redirectUri: string): Callback | undefined {
	const url = new URL(href);
	const own = new URL(redirectUri);
	if (url.origin !== own.origin || url.pathname !== own.pathname) return undefined;
	const { searchParams } = url;
	// What stands there twice is not believed.
	const one = (name: string) => (searchParams.getAll(name).length > 1 ? null : searchParams.get(name));
	const answers = (...names: readonly string[]) => names.some((name) => searchParams.has(name));
	if (!answers("code", "error") || !answers("state", "iss")) return undefined;
	return { state: one("state"), iss: one("iss"), code: one("code"), error: one("error"), description: one("error_description") };
}

/** A code that every edition has, and a sentence. */
export type Refusal = readonly [
	code:
		| "access_denied"
		| "login_required"
		| "step_up_failed"
		| "temporarily_unavailable"
		| "invalid_scope"
		| "invalid_target"
		| "invalid_request",
	message: string,
];

/** Codes of the wire that are called the same here (RFC 6749 §4.1.2.1, RFC 8707 §2). */
const same: readonly (string | null)[] = ["access_denied", "temporarily_unavailable", "invalid_scope", "invalid_target"];

/** What an error answer means. */
export function refusalIn({ error, description }: Pick<Callback, "error" | "description">): Refusal {
	const message = `The issuer answered ${error ?? "nothing usable"}${description ? `: ${description}` : ""}.`;
	return [codeOf(error), message];
}

/** What a code of the wire is called here; what has no name of its own is a fault of the request. */
function codeOf(error: string | null): Refusal[0] {
	if (same.includes(error)) return error as Refusal[0];
	// Four codes end so, and all say: not without a page of the issuer's (OpenID Connect Core §3.1.2.6).
	if (error?.endsWith("_required")) return "login_required";
	if (error === "unmet_authentication_requirements") return "step_up_failed";
	return error === "server_error" ? "temporarily_unavailable" : "invalid_request";
}
