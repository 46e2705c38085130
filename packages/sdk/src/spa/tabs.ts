/** The other tabs of the same app in this browser. */
export interface Tabs {
	/** Tells them that somebody signed in or out. */
	readonly tell: () => void;
	readonly listen: () => void;
	/** A page that is kept for the back button listens to nobody: a message would cost it its place. */
	readonly pause: () => void;
}

/** Tabs share nothing but this news; what it means for a tab, the tab knows. */
export function createTabs(name: string, onNews: () => void): Tabs {
	let channel: BroadcastChannel | undefined;
	return {
		tell: () => channel?.postMessage("signed-out"),
		listen() {
			channel ??= new BroadcastChannel(name);
			channel.onmessage = onNews;
		},
		pause() {
			channel?.close();
			channel = undefined;
		},
	};
}
