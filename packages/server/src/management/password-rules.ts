import { type IsCommon, longestPassword, type PasswordFault, passwordFault, shortestPassword } from "../model/index.ts";

/** Each fault as the end of a sentence that begins with "the password". */
const words: Readonly<Record<PasswordFault, string>> = {
	short: `is shorter than ${shortestPassword} characters`,
	long: `is longer than ${longestPassword} bytes`,
	name: "is the name of the account: choose another",
	common: "is one of those that guessers try first: choose another",
};

/**
 * Why a password may not be set, in words for operators: undefined when it may.
 *
 * @param names what its owner is known by: user name, address
 * @returns the end of a sentence that begins with "the password"
 * @example whyNotPassword("password1", ["alice"], isCommon); // "is one of those that guessers try first: choose another"
 */
export function whyNotPassword(password: string, names: readonly string[], isCommon: IsCommon): string | undefined {
	const fault = passwordFault(password, names, isCommon);
	return fault && words[fault];
}

let common: Promise<IsCommon> | undefined;

/** The block list, loaded when it is first needed: it takes 20 MB. Where it cannot be loaded, this one check passes. */
export function commonPasswords(): Promise<IsCommon> {
	common ??= import("@zxcvbn-ts/language-common").then(
		({ dictionary }) => {
			const words = new Set(dictionary["passwords-common"].filter((word) => word.length >= shortestPassword));
			return (password) => words.has(password);
		},
		() => () => false,
	);
	return common;
}
