/** What the browser tells a page about its own life. */
export interface PageEvents {
	/** A moment at which what failed before may succeed: the network is back, somebody looks at the page. */
	readonly onLife: () => void;
	/** The page is put away, and may be kept for the back button. */
	readonly onAway: () => void;
	/** It was kept, and is shown again as it was. */
	readonly onBack: () => void;
}

export function listenToPage({ onLife, onAway, onBack }: PageEvents): void {
	addEventListener("online", onLife);
	document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && onLife());
	addEventListener("pagehide", onAway);
	addEventListener("pageshow", ({ persisted }) => persisted && onBack());
}
