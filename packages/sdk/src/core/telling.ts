import type { Session } from "./session.ts";

/** What the states of all editions have in common. */
interface AnyState {
	readonly status: string;
	readonly reason?: string;
	readonly session?: Session | undefined;
	readonly error?: { readonly code: string } | undefined;
}

/** What is told with each event, by the states that there are. */
export interface EventsOf<S extends AnyState> {
	readonly "signed-in": Session;
	readonly "signed-out": NonNullable<(S & { readonly status: "signed-out" })["reason"]>;
	readonly expired: NonNullable<S["error"]>;
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
	const listeners = new Set<(state: S) => void>();
	const hearers = new Set<readonly [event: string, listener: (detail: never) => void]>();

	function emit(event: keyof EventsOf<S>, detail: unknown): void {
		for (const [of, listener] of hearers) if (of === event) told(() => listener(detail as never));
	}

	return {
		get state() {
			return state;
		},
		set(next) {
			const { session, error } = state;
			state = Object.freeze(next);
			for (const listener of listeners) told(() => listener(next));
			if (next.error?.code === "session_expired") emit("expired", next.error);
			// The same once more is no news: so it is while nobody answers.
			else if (next.error && next.error.code !== error?.code) emit("error", next.error);
			if (next.status === "signed-in" && !session) emit("signed-in", next.session);
			if (next.status === "signed-out" && next.reason) emit("signed-out", next.reason);
		},
		subscribe: (listener) => joined(listeners, listener),
		on: (event, listener) => joined(hearers, [event, listener]),
	};
}

function joined<T>(set: Set<T>, listener: T): () => void {
	set.add(listener);
	return () => void set.delete(listener);
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
