import type { AuthEvents, Unsubscribe } from "./auth.ts";
import type { AuthState } from "./state.ts";

/** The state, and whoever wants to hear of it. */
export interface Telling {
	readonly state: AuthState;
	/** Changes the state, and then tells everybody. */
	readonly set: (state: AuthState) => void;
	readonly subscribe: (listener: (state: AuthState) => void) => Unsubscribe;
	readonly on: <E extends keyof AuthEvents>(event: E, listener: (detail: AuthEvents[E]) => void) => Unsubscribe;
}

export function createTelling(): Telling {
	let state: AuthState = Object.freeze({ status: "loading" });
	const listeners = new Set<(state: AuthState) => void>();
	const hearers = new Set<readonly [event: keyof AuthEvents, listener: (detail: never) => void]>();

	function emit<E extends keyof AuthEvents>(event: E, detail: AuthEvents[E]): void {
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

function joined<T>(set: Set<T>, listener: T): Unsubscribe {
	set.add(listener);
	return () => set.delete(listener);
}

/** A fault in a listener is the app's, and must not stop the others. */
function told(work: () => void): void {
	try {
		work();
	} catch (error) {
		reportError(error);
	}
}
