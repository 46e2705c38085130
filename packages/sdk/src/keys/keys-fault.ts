/**
 * Why the issuer's keys are not at hand: nobody answered, somebody else did, or what was published is of no use. The editions that verify
 * with keys each have their own `AuthError`, and make one of it with the same code.
 */
export class KeysFault extends Error {
	override readonly name = "KeysFault";
	readonly code: "issuer_unreachable" | "issuer_mismatch" | "keys_unusable";

	constructor(code: KeysFault["code"], message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}
