/** What the browser tells a page about its own life. */
export interface PageEvents {
	/** What failed before may succeed now: the network is back, or somebody looks at the page. Told of looking away too. */
	readonly onLife: () => void;
	/** The page is put away, and may be kept for the back button. */
	readonly onAway: () => void;
	/** It was kept, and is shown again as it was. */
	readonly onBack: () => void;
}

export function listenToPage({ onLife, onAway, onBack }: PageEvents): void {
	addEventListener("online", onLife);
	document.addEventListener("visibilitychange", onLife);
	addEventListener("pagehide", onAway);
	addEventListener("pageshow", ({ persisted }) => persisted && onBack());
}
