import type { Endpoint } from "./endpoints.ts";

/** What an endpoint answers instead of what it would. */
export interface Answer {
	/** 200 unless said. */
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** JSON unless it is a text. */
	readonly body?: unknown;
}

/** How often a fault strikes. */
export interface Times {
	/** Requests; 1 unless said, `Infinity` until it is mended. */
	readonly times?: number;
}

/** A fault that was asked for. */
export interface Fault {
	/** How many requests it struck. */
	readonly struck: number;
	/** Ends it. */
	readonly mend: () => void;
}

/** Requests that are held. */
export interface Held extends Fault {
	/** Settles when the first of them is there: nothing need be slept for. */
	readonly arrived: Promise<void>;
	/** Lets them all go on, and holds no more. */
	readonly release: () => void;
}

/** What can go wrong between a client and its issuer. */
export interface Faults {
	/** Every connection is cut, until `online()`. */
	readonly offline: () => void;
	readonly online: () => void;
	/**
	 * The endpoint answers something else, and the issuer learns nothing of the request.
	 *
	 * @example
	 * issuer.answer("token", { status: 503, headers: { "retry-after": "2" } });
	 * issuer.answer("discovery", { headers: { "content-type": "text/html" }, body: "<h1>Welcome to our Wi-Fi</h1>" });
	 */
	readonly answer: (endpoint: Endpoint, answer: Answer, times?: Times) => Fault;
	/** 503 with `Retry-After`, and the issuer learns nothing of the request. @param retryAfter seconds, 1 unless said */
	readonly unavailable: (endpoint: Endpoint, options?: Times & { readonly retryAfter?: number }) => Fault;
	/** The issuer does what is asked, and the connection is cut before its answer: a code is spent, a refresh token rotated. */
	readonly lose: (endpoint: Endpoint, times?: Times) => Fault;
	/** The connection is cut before the issuer learns of the request. */
	readonly cut: (endpoint: Endpoint, times?: Times) => Fault;
	/**
	 * Requests wait until they are released.
	 *
	 * @param what the `request`, of which the issuer learns nothing yet (unless said), or the `answer` to one that is done
	 * @example
	 * const held = issuer.hold("token");
	 * const pending = client.token({ resource });
	 * await held.arrived;
	 * held.release();
	 */
	readonly hold: (endpoint: Endpoint, what?: "request" | "answer") => Held;
	/** Everything works again: all faults end, what is held goes on, the issuer is online. */
	readonly mend: () => void;
}
