import { canonicalName, canonicalPassword, type Person } from "./person.ts";

/** In characters. */
export const shortestPassword = 8;
/** In bytes of UTF-8. */
export const longestPassword = 1024;

/** Whether a password, in lower case, is one that guessers try first. */
export type IsCommon = (lowerCase: string) => boolean;

/** What may be wrong with a password that is to be set. */
export type PasswordFault = "short" | "long" | "name" | "common";

/**
 * Whether a password may be set (NIST SP 800-63B §5.1.1.2, attack row LG-09): undefined when it may. There are no rules of
 * composition.
 *
 * @param names what its owner is known by: user name, address, full name; blanks and capitals make no other word of one
 * @example passwordFault("password1", ["alice"], isCommon); // "common"
 */
export function passwordFault(password: string, names: readonly string[], isCommon: IsCommon): PasswordFault | undefined {
	const canonical = canonicalPassword(password);
	if ([...canonical].length < shortestPassword) return "short";
	if (new TextEncoder().encode(canonical).length > longestPassword) return "long";
	if (names.some((name) => inOneWord(name) === inOneWord(password))) return "name";
	return isCommon(canonical.toLowerCase()) ? "common" : undefined;
}

/** What a person is known by, and must not take as password. */
export function namesOf({ username, claims }: Pick<Person, "username" | "claims">): readonly string[] {
	return [username, claims.email, claims.name].filter((name) => name !== undefined);
}

function inOneWord(name: string): string {
	return canonicalName(name).replaceAll(/\s/gu, "");
}
