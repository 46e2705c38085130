/** The other tabs of the same app in this browser. */
export interface Tabs {
	readonly tellSignedOut: () => void;
	readonly listen: () => void;
	/** A page that is kept for the back button listens to nobody: a message would cost it its place. */
	readonly pause: () => void;
}

/** Tabs share no tokens, each has a family of its own; they only tell each other that the person signed out. */
export function createTabs(name: string, onSignedOut: () => void): Tabs {
	let channel: BroadcastChannel | undefined;
	return {
		tellSignedOut: () => channel?.postMessage("signed-out"),
		listen() {
			channel ??= new BroadcastChannel(name);
			channel.onmessage = ({ data }) => {
				if (data === "signed-out") onSignedOut();
			};
		},
		pause() {
			channel?.close();
			channel = undefined;
		},
	};
}
