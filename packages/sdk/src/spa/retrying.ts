import type { Telling } from "../core/telling.ts";
import type { Keeping } from "./keeping.ts";
import type { AuthState } from "./state.ts";

/** How `unreachable` heals by itself: while somebody looks at the page, it is tried again, with growing pauses. */
export interface Retrying {
	/** Tries at once, where the state is `unreachable` and the page can be seen; where not, the clock stands still. */
	readonly now: () => void;
	/** The page is put away. */
	readonly pause: () => void;
}

/** Milliseconds before the first try, and before all that follow the fifth. */
const shortest = 2000;
const longest = 60_000;

export function createRetrying(
	{ telling, keeping }: { readonly telling: Telling<AuthState>; readonly keeping: Pick<Keeping, "silentTries"> },
	attempt: () => Promise<unknown>,
): Retrying {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let wait = 0;
	const pause = () => clearTimeout(timer);
	const wanted = () => telling.state.status === "unreachable" && document.visibilityState === "visible";

	function start(): void {
		pause();
		if (telling.state.status !== "unreachable") wait = 0;
		if (!wanted()) return;
		// A try that led away and back without success would lead away again: not every few seconds.
		wait ||= keeping.silentTries ? longest : shortest;
		timer = setTimeout(() => {
			wait = Math.min(wait * 2, longest);
			now();
		}, wait);
	}

	function now(): void {
		pause();
		if (wanted()) void attempt().then(start, start);
	}

	telling.subscribe(start);
	return { now, pause };
}
