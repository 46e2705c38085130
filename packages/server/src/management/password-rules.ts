import { canonicalName, canonicalPassword } from "../model/index.ts";

const shortest = 8;
const longest = 1024;

/** Whether a password, in lower case, is one that guessers try first. */
export type IsCommon = (lowerCase: string) => boolean;

/**
 * Why a password may not be set (NIST SP 800-63B §5.1.1.2, attack row LG-09): undefined when it may. There are no rules of
 * composition.
 *
 * @param names what its owner is known by: user name, address
 * @returns the end of a sentence that begins with "the password"
 * @example whyNotPassword("password1", ["alice"], isCommon); // "is one of those that guessers try first: choose another"
 */
export function whyNotPassword(password: string, names: readonly string[], isCommon: IsCommon): string | undefined {
	const canonical = canonicalPassword(password);
	if ([...canonical].length < shortest) return `is shorter than ${shortest} characters`;
	if (new TextEncoder().encode(canonical).length > longest) return `is longer than ${longest} bytes`;
	if (names.some((name) => canonicalName(name) === canonicalName(password))) return "is the name of the account: choose another";
	return isCommon(canonical.toLowerCase()) ? "is one of those that guessers try first: choose another" : undefined;
}

let common: Promise<IsCommon> | undefined;

/** The block list, loaded when it is first needed: it takes 20 MB. Where it cannot be loaded, this one check passes. */
export function commonPasswords(): Promise<IsCommon> {
	common ??= import("@zxcvbn-ts/language-common").then(
		({ dictionary }) => {
			const words = new Set(dictionary["passwords-common"].filter((word) => word.length >= shortest));
			return (password) => words.has(password);
		},
		() => () => false,
	);
	return common;
}
