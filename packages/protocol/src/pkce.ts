/** RFC 7636 §4.1 and §4.2: 43 to 128 unreserved characters, for verifier and challenge alike. */
const unreserved = /^[A-Za-z0-9\-._~]{43,128}$/;

/** An S256 challenge is the base64url of 32 bytes: 43 characters, the last of which carries four bits. */
const challenge = /^[A-Za-z0-9\-_]{42}[AEIMQUYcgkosw048]$/;

/** The only `code_challenge_method` there is: `plain` shows the verifier to whoever reads the request (RFC 9700 §2.1.1). */
export const codeChallengeMethods = ["S256"] as const;

/** True for a text that can be a `code_verifier`. */
export function isCodeVerifier(text: string): boolean {
	return unreserved.test(text);
}

/** True for a text that can be an S256 `code_challenge`. */
export function isCodeChallenge(text: string): boolean {
	return challenge.test(text);
}
