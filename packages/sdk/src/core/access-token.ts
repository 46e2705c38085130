/** Which token is wanted. */
export interface TokenOptions {
	/** The API it is for, exactly as it calls itself (RFC 8707): `https://orders.acme.test`. */
	readonly resource: string;
	/** Fewer scopes than may be had for it. What `resources` says, else all of them, when absent. */
	readonly scope?: string;
	/** How many seconds the token must still be good for. 30 when absent. */
	readonly minTtl?: number;
}

/** A token for one API. Keep it no longer than the call it is for; the next call asks again, and is answered at once from what is at hand. */
export interface AccessToken {
	readonly accessToken: string;
	/** What it allows. */
	readonly scope: readonly string[];
	/** How many seconds it is still good for. */
	readonly expiresIn: number;
}
