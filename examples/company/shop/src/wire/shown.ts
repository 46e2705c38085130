/** Of these nothing is shown: whoever has one can use it. */
const secret = new Set(["code", "code_verifier", "refresh_token", "access_token", "id_token", "id_token_hint", "Authorization"]);

/** Of these a beginning is shown, enough to see the same one come back. */
const tie = new Set(["state", "nonce", "code_challenge", "logout_hint"]);

/**
 * A parameter as a page may show it.
 *
 * @example shown("code", "gc_7Yw…") // "not shown, 104 characters"
 */
export function shown(name: string, value: string): string {
	if (secret.has(name)) return `not shown, ${value.length} characters`;
	if (tie.has(name) && value.length > 8) return `${value.slice(0, 6)}…, ${value.length} characters`;
	return value;
}

/** All parameters of an address as a page may show them. */
export function shownParameters(parameters: Iterable<readonly [string, string]>): readonly (readonly [string, string])[] {
	return [...parameters].map(([name, value]) => [name, shown(name, value)] as const);
}
