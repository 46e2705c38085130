/**
 * What a sign-in here can reach, weakest first (`acr`, OpenID Connect Core §2). `"1"`: the person proved one factor.
 */
export const acrValues = ["1"] as const;

/**
 * The class of a sign-in, from the methods that were proved in it and nothing else (I11).
 *
 * @param amr RFC 8176
 * @returns undefined where nothing was proved.
 * @example acrOf(["pwd"]); // "1"
 */
export function acrOf(amr: readonly string[]): (typeof acrValues)[number] | undefined {
	return amr.length === 0 ? undefined : "1";
}
