import type { Random } from "./tokens.ts";

/** Letters and digits that nobody takes for one another, 5 bits each. */
const letters = "abcdefghijkmnpqrstuvwxyz23456789";

/**
 * A password for somebody who will type it once: 100 bits, in four groups.
 *
 * @example generatePassword(random); // "k7mqe-3nd8x-vw5ah-p2tju"
 */
export function generatePassword(random: Pick<Random, "bytes">): string {
	const drawn = [...random.bytes(20)].map((byte) => letters[byte & 31]).join("");
	return (drawn.match(/.{5}/g) ?? []).join("-");
}
