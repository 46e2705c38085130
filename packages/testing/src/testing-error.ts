/** What a test asked of the issuer and cannot have; the message says why, and what to write instead. */
export class TestingError extends Error {
	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = "TestingError";
	}
}
