/** An authorization code: the grant itself, as it travels sealed for 60 seconds. Issuing it writes nothing. */
export interface Code {
	/** The id that the row of the grant will have: the first insert wins. */
	readonly grantId: string;
	readonly clientId: string;
	readonly redirectUri: string;
	readonly codeChallenge?: string;
	readonly nonce?: string;
	readonly personId: string;
	readonly sessionId: string;
	readonly scope: readonly string[];
	readonly requestedScope: readonly string[];
	readonly resourceNamed: boolean;
	/** Epoch milliseconds. */
	readonly authTime: number;
	readonly amr: readonly string[];
	/** The `claims` parameter as it came. */
	readonly claims?: string;
	readonly offline: boolean;
	readonly needsConsent: boolean;
	readonly epoch: number;
	readonly personEpoch: number;
	readonly consentEpoch: number;
}

/** How long a code lives, in milliseconds (FAPI 2.0 §5.3.2.1 asks for at most 60 s). */
export const codeLifetime = 60_000;
