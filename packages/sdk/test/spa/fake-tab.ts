import { vi } from "vitest";
import { type Auth, type AuthOptions, createAuth } from "../../src/spa/index.ts";
import { FakeIssuer, issuer } from "./fake-issuer.ts";

const home = "https://shop.acme.test";

class FakeStorage {
	readonly items = new Map<string, string>();
	full = false;
	getItem(name: string): string | null {
		return this.items.get(name) ?? null;
	}
	setItem(name: string, value: string): void {
		if (this.full) throw new DOMException("full", "QuotaExceededError");
		this.items.set(name, value);
	}
	removeItem(name: string): void {
		this.items.delete(name);
	}
}

/** One tab of a browser, as far as the app sees it. It goes nowhere by itself: `went` says where it was sent. */
export class FakeTab {
	readonly issuer = new FakeIssuer();
	readonly local = new FakeStorage();
	readonly session = new FakeStorage();
	readonly went: { readonly how: "assign" | "replace"; readonly href: string }[] = [];
	/** Each address that the page gave itself. */
	readonly shown: string[] = [];
	events = new EventTarget();
	historyState: unknown = null;
	href = home;
	visibilityState = "visible";
	auth!: Auth;

	/** Loads the app at an address; nothing of the page before is left but what was stored. */
	load(path: string, options: Partial<AuthOptions> = {}): Auth {
		if (vi.isFakeTimers()) vi.clearAllTimers();
		this.href = new URL(path, home).href;
		this.historyState = null;
		this.events = new EventTarget();
		const tab = this;
		const go = (how: "assign" | "replace") => (href: string | URL) => void this.went.push({ how, href: String(href) });
		const globals = {
			window: {},
			isSecureContext: true,
			sessionStorage: this.session,
			localStorage: this.local,
			fetch: this.issuer.fetch,
			location: {
				origin: home,
				get href() {
					return tab.href;
				},
				assign: go("assign"),
				replace: go("replace"),
			},
			history: {
				get state() {
					return tab.historyState;
				},
				replaceState(state: unknown, _: string, url: string) {
					tab.historyState = state;
					tab.href = new URL(url, tab.href).href;
					tab.shown.push(tab.href);
				},
			},
			document: {
				baseURI: this.href,
				get visibilityState() {
					return tab.visibilityState;
				},
				addEventListener: this.events.addEventListener.bind(this.events),
			},
			addEventListener: this.events.addEventListener.bind(this.events),
			dispatchEvent: this.events.dispatchEvent.bind(this.events),
			PopStateEvent: class extends Event {},
			BroadcastChannel: class {
				postMessage() {}
				close() {}
			},
		};
		for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
		this.auth = createAuth({ issuer, clientId: "shop", ...options });
		return this.auth;
	}

	/** Where the browser was sent last. */
	get last(): string {
		return this.went.at(-1)?.href ?? "";
	}

	/** Waits until it is sent somewhere once more. */
	async leaves(work: () => unknown): Promise<string> {
		const before = this.went.length;
		await work();
		await vi.waitFor(() => {
			if (this.went.length === before) throw new Error("still here");
		});
		return this.last;
	}

	/** Signs in at `path`, and answers once the page that comes back is ready. */
	async signIn(path = "/", options: Partial<AuthOptions> = {}): Promise<Auth> {
		const there = await this.leaves(() => void this.load(path, options).signIn());
		const auth = this.load(this.issuer.authorize(there), options);
		await auth.ready();
		return auth;
	}

	tell(type: string, more: object = {}): void {
		this.events.dispatchEvent(Object.assign(new Event(type), more));
	}
}
