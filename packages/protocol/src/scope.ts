/** RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Scope names with a meaning of their own, in the order that discovery lists them. */
export const standardScopes = ["openid", "profile", "email", "address", "phone", "groups", "offline_access"] as const;

/** The claims that each standard scope asks for (OpenID Connect Core §5.4; `groups` is ours). */
export const scopeClaims: Readonly<Record<string, readonly string[]>> = {
	profile: [
		"name",
		"family_name",
		"given_name",
		"middle_name",
		"nickname",
		"preferred_username",
		"profile",
		"picture",
		"website",
		"gender",
		"birthdate",
		"zoneinfo",
		"locale",
		"updated_at",
	],
	email: ["email", "email_verified"],
	address: ["address"],
	phone: ["phone_number", "phone_number_verified"],
	groups: ["groups"],
};

/**
 * Splits a `scope` value into its names, each once, in order.
 *
 * @returns undefined when a name breaks the grammar of RFC 6749 §3.3.
 * @example parseScope("openid profile openid"); // ["openid", "profile"]
 */
export function parseScope(text: string): readonly string[] | undefined {
	const names = new Set<string>();
	for (const name of text.split(" ")) {
		if (name === "") continue;
		if (!scopeToken.test(name)) return undefined;
		names.add(name);
	}
	return [...names];
}
