import type { World } from "../client/world.ts";

/** Texts by name. A name has letters, digits, `.`, `-` and `_` only. */
export interface Store {
	/** Nothing when there is none; rejects when there is one and it cannot be read. */
	readonly get: (name: string) => Promise<string | undefined>;
	/** Resolves when the value will be there after the process was killed. */
	readonly set: (name: string, value: string) => Promise<void>;
	readonly remove: (name: string) => Promise<void>;
}

/** The system's browser: never a view of the app's own, which could read what is typed into it (RFC 8252 §8.12). */
export interface Browser {
	/** Resolves when the browser has been asked for; rejects when there is none. */
	readonly open: (url: string) => Promise<void>;
	/** Takes the browser away from over the app, where it lies there. */
	readonly close: () => Promise<void>;
	/** The person has closed it, or a link has. */
	readonly onDismissed: (listener: () => void) => void;
}

/** The links with which the system starts the app or comes back to it. */
export interface Links {
	/** The link that started this process, if one did. It may be told again by `onLink`, and again after a reload. */
	readonly initial: () => Promise<string | undefined>;
	readonly onLink: (listener: (url: string) => void) => void;
}

/** What the core takes of the device that it runs on. Each edition hands its own; tests hand devices that fail. */
export interface Platform {
	/** Fetch, clocks, chance. */
	readonly world: World;
	/** Keychain or Keystore: of this device alone, in no backup. It may outlive the app. */
	readonly secure: Store;
	/** Ordinary settings, which go with the app and may come back from a backup. Nothing secret is put there. */
	readonly settings: Store;
	readonly browser: Browser;
	readonly links: Links;
	/** Somebody looks at the app again, or the network is back. */
	readonly onAwake: (listener: () => void) => void;
	/** Does it while no other context of the same app does anything under this name. */
	readonly alone: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}
