/** What was answered; the body is whole and no longer than was allowed. */
export interface OutboundAnswer {
	readonly status: number;
	/** Without parameters, in small letters; empty where there was none. */
	readonly mediaType: string;
	readonly body: Uint8Array;
}

/** Why nothing was answered: `text` is the end of a sentence that begins with the address. Nothing of the answer is in it. */
export class OutboundFailure extends Error {
	/** `refused`: the guard did not let it out, no connection was made; `failed`: the other side did not answer as it must. */
	readonly kind: "refused" | "failed";

	constructor(kind: "refused" | "failed", text: string, options?: ErrorOptions) {
		super(text, options);
		this.name = "OutboundFailure";
		this.kind = kind;
	}
}

/**
 * The one way by which anything is fetched or posted on a client's word: no private address (after resolution, every
 * address, every family, connected to as it was judged), no redirect, no body longer than {@link OutboundLimits}, no
 * longer wait. A loopback issuer allows loopback targets; otherwise only `outbound.allow` does.
 */
export interface Outbound {
	/**
	 * Why an address may not be called, by what its text says (scheme, user name, literal addresses in every spelling):
	 * undefined when it may. Names are resolved and judged when they are called.
	 *
	 * @returns the end of a sentence that begins with the place of the address
	 */
	readonly whyNot: (url: string) => string | undefined;
	/** @throws OutboundFailure */
	readonly get: (url: string, about: OutboundLimits & { readonly accept: string }) => Promise<OutboundAnswer>;
	/** Posts a form. @throws OutboundFailure */
	readonly post: (url: string, form: Readonly<Record<string, string>>, about: OutboundLimits) => Promise<OutboundAnswer>;
	/** Ends idle connections and those in flight. */
	readonly close: () => Promise<void>;
}

/** D7: at most 64 KB and five seconds unless said. */
export interface OutboundLimits {
	readonly maxBytes?: number;
	/** Milliseconds for all of it, resolution and connection included. */
	readonly timeout?: number;
	/** It is on the word of a client that registered itself: such wait among themselves, and hold up nobody whom an operator named (CA-09). */
	readonly stranger?: boolean;
}
