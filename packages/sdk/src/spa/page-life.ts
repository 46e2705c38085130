import type { Telling } from "../core/telling.ts";
import type { Keeping } from "./keeping.ts";
import type { AuthState } from "./state.ts";

/** The life of a page: among the other tabs of the same app, with a network that comes and goes, put away and shown again. */
export interface PageLife {
	/** Begins to listen to the browser and to the other tabs. */
	readonly listen: () => void;
	/** Tells the other tabs that somebody signed in or out. What that means for a tab, the tab knows. */
	readonly tell: () => void;
	/** Tries at once, where the state is `unreachable` and the page can be seen; where not, the clock stands still. */
	readonly retry: () => void;
}

export interface Living {
	/** The tabs of this app alone know it. */
	readonly name: string;
	readonly telling: Telling<AuthState>;
	readonly keeping: Pick<Keeping, "silentTries">;
	/** Another tab has told something. */
	readonly onNews: () => void;
	/** The page was kept for the back button, and is shown again as it was. */
	readonly onBack: () => void;
	/** Heals `unreachable`: tried again with growing pauses while somebody looks at the page, and at once when the network or the person is back. */
	readonly attempt: () => Promise<unknown>;
}

/** Milliseconds before the first try, and before all that follow the fifth. */
const shortest = 2000;
const longest = 60_000;

export function createPageLife({ name, telling, keeping, onNews, onBack, attempt }: Living): PageLife {
	let listening = false;
	let channel: BroadcastChannel | undefined;
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
			retry();
		}, wait);
	}

	function retry(): void {
		pause();
		if (wanted()) void attempt().then(start, start);
	}

	function hear(): void {
		channel ??= new BroadcastChannel(name);
		channel.onmessage = onNews;
	}

	telling.subscribe(start);
	return {
		retry,
		tell: () => channel?.postMessage("signed-out"),
		listen() {
			if (listening) return;
			listening = true;
			hear();
			addEventListener("online", retry);
			document.addEventListener("visibilitychange", retry);
			addEventListener("pagehide", () => {
				pause();
				// A page that is kept for the back button listens to nobody: a message would cost it its place.
				channel?.close();
				channel = undefined;
			});
			addEventListener("pageshow", ({ persisted }) => {
				if (!persisted) return;
				hear();
				onBack();
			});
		},
	};
}
