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
	const one = (name: string) => {
		const values = searchParams.getAll(name);
		return values.length === 1 ? values[0]! : null;
	};
	const callback = { state: one("state"), iss: one("iss"), code: one("code"), error: one("error"), description: one("error_description") };
	const answers = searchParams.has("code") || searchParams.has("error");
	return answers && (searchParams.has("state") || searchParams.has("iss")) ? callback : undefined;
}

/** A code that every edition has, and a sentence. */
export interface Refusal {
	readonly code:
		| "access_denied"
		| "login_required"
		| "step_up_failed"
		| "temporarily_unavailable"
		| "invalid_scope"
		| "invalid_target"
		| "invalid_request";
	readonly message: string;
}

/** What the codes of the wire are called here (RFC 6749 §4.1.2.1, RFC 8707 §2); others are faults of the request. */
const meanings: ReadonlyMap<string | null, Refusal["code"]> = new Map([
	["access_denied", "access_denied"],
	["unmet_authentication_requirements", "step_up_failed"],
	["temporarily_unavailable", "temporarily_unavailable"],
	["server_error", "temporarily_unavailable"],
	["invalid_scope", "invalid_scope"],
	["invalid_target", "invalid_target"],
]);

/** What an error answer means. */
export function refusalIn({ error, description }: Pick<Callback, "error" | "description">): Refusal {
	const message = `The issuer answered ${error ?? "nothing usable"}${description === null ? "" : `: ${description}`}.`;
	// Four codes end so, and all say: not without a page of the issuer's (OpenID Connect Core §3.1.2.6).
	const code = error?.endsWith("_required") ? "login_required" : meanings.get(error);
	return { code: code ?? "invalid_request", message };
}
