import { AuthError } from "./auth-error.ts";

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

/** Codes of OpenID Connect Core §3.1.2.6 that all say: not without a page of the issuer's. */
const needsPerson: readonly string[] = ["login_required", "interaction_required", "consent_required", "account_selection_required"];

/** What an error answer means (RFC 6749 §4.1.2.1). */
export function refusalIn({ error, description }: Pick<Callback, "error" | "description">): AuthError {
	const said = `The issuer answered ${error ?? "nothing usable"}${description === null ? "" : `: ${description}`}.`;
	if (needsPerson.includes(String(error))) return new AuthError("login_required", said);
	if (error === "access_denied" || error === "temporarily_unavailable" || error === "invalid_scope" || error === "invalid_target")
		return new AuthError(error, said);
	if (error === "server_error") return new AuthError("temporarily_unavailable", said);
	if (error === "unmet_authentication_requirements") return new AuthError("step_up_failed", said);
	return new AuthError("invalid_request", said);
}
