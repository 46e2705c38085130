import { type Answer, AuthError, statusOf } from "./auth-error.ts";
import type { Refusal } from "./refusal.ts";
import type { Requirement } from "./requirement.ts";

/**
 * The HTTP answer to a refused request: the challenge of RFC 6750 §3 with the address of the metadata (RFC 9728 §5.1), the wanted scope,
 * and for a step-up what to ask the issuer for (RFC 9470 §3).
 */
export function answerTo(refusal: Refusal, requirement: Requirement, metadataUrl: string): Answer {
	const { code, reason, retryAfter } = refusal;
	// RFC 6750 §3.1: who sent no token is told no error, only what is wanted.
	const told = code !== "missing_token";
	const headers: Record<string, string> = { "cache-control": "no-store" };
	if (code === "temporarily_unavailable") headers["retry-after"] = String(retryAfter ?? 1);
	else headers["www-authenticate"] = challenge(refusal, requirement, metadataUrl, told);
	if (told) headers["content-type"] = "application/json";
	return { status: statusOf(code), headers, body: told ? JSON.stringify({ error: code, error_description: reason }) : "" };
}

/** The same as an error, for code that asked for a token's verdict itself. */
export function errorOf(refusal: Refusal, requirement: Requirement, metadataUrl: string): AuthError {
	const answer = answerTo(refusal, requirement, metadataUrl);
	return new AuthError(refusal.code, refusal.reason, { answer, ...(refusal.cause === undefined ? {} : { cause: refusal.cause }) });
}

function challenge({ code, reason }: Refusal, { scopes, acr, maxAge }: Requirement, metadataUrl: string, told: boolean): string {
	const parameters: string[] = [];
	// All values are our own words, scopes and acr values checked by the guard, and a parsed URL: none has a quotation mark to escape.
	const add = (name: string, value: string) => parameters.push(`${name}="${value}"`);
	if (told) {
		add("error", code);
		add("error_description", reason);
	}
	if (scopes.length > 0) add("scope", scopes.join(" "));
	if (code === "insufficient_user_authentication") {
		if (acr.length > 0) add("acr_values", acr.join(" "));
		if (maxAge !== undefined) add("max_age", String(maxAge));
	}
	add("resource_metadata", metadataUrl);
	return `Bearer ${parameters.join(", ")}`;
}
