import type { Session } from "./session.ts";

/** What the states of all editions have in common. */
export interface AnyState {
	readonly status: string;
	readonly reason?: string;
	readonly session?: Session | undefined;
	readonly error?: { readonly code: string } | undefined;
}

/** What is told with each event, by the states that there are. */
export interface EventsOf<S extends AnyState> {
	readonly "signed-in": Session;
	/** Why. */
	readonly "signed-out": NonNullable<(S & { readonly status: "signed-out" })["reason"]>;
	/** The session ended by itself: a good moment to offer a sign-in. `signed-out` follows. */
	readonly expired: NonNullable<S["error"]>;
	/** The issuer cannot be reached, or a sign-in failed; also where no call of the app was waiting for it. */
	readonly error: NonNullable<S["error"]>;
}

/** The state, and whoever wants to hear of it. */
export interface Telling<S extends AnyState> {
	readonly state: S;
	/** Changes the state, and then tells everybody. */
	readonly set: (state: S) => void;
	readonly subscribe: (listener: (state: S) => void) => () => void;
	readonly on: <E extends keyof EventsOf<S>>(event: E, listener: (detail: EventsOf<S>[E]) => void) => () => void;
}

export function createTelling<S extends AnyState>(first: S): Telling<S> {
	let state = Object.freeze(first);
	const hearers = new Set<readonly [event: "state" | keyof EventsOf<S>, listener: (detail: never) => void]>();

	function emit(event: "state" | keyof EventsOf<S>, detail: unknown): void {
		for (const [of, listener] of hearers) if (of === event) told(() => listener(detail as never));
	}

	function on(event: "state" | keyof EventsOf<S>, listener: (detail: never) => void): () => void {
		const hearer = [event, listener] as const;
		hearers.add(hearer);
		return () => void hearers.delete(hearer);
	}

	return {
		get state() {
			return state;
		},
		set(next) {
			const before = state;
			state = Object.freeze(next);
			const { status, reason, session, error } = next;
			emit("state", next);
			if (error?.code === "session_expired") emit("expired", error);
			// The same once more is no news: so it is while nobody answers.
			else if (error && error.code !== before.error?.code) emit("error", error);
			if (status === "signed-in" && !before.session) emit(status, session);
			if (status === "signed-out" && reason) emit(status, reason);
		},
		subscribe: (listener) => on("state", listener),
		on,
	};
}

/** A fault in a listener is the app's, and must not stop the others. */
function told(work: () => void): void {
	try {
		work();
	} catch (error) {
		// Not every platform has the first.
		(globalThis.reportError ?? console.error)(error);
	}
}
