import { vi } from "vitest";
import { type Auth, createAuth } from "../../src/spa/index.ts";
import { app, type shop } from "./house.ts";

type Browser = ReturnType<ReturnType<typeof shop>["browser"]>;

/** Pages of one browser, whose calls go to a real back end. They go nowhere by themselves: `went` says where they were sent. */
export function fakePages(browser: Browser) {
	const channels = new Set<{ readonly name: string; onmessage?: ((event: object) => void) | undefined }>();
	/** What the network does instead of carrying a call. */
	const network: { down: boolean; instead?: (path: string) => Response } = { down: false };
	const calls: string[] = [];

	/** Loads the app; what was of the page before stays, as in another tab. */
	function open(path = "/orders") {
		const events = new EventTarget();
		const stored = new Map<string, string>();
		const went: string[] = [];
		const page = { visibilityState: "visible" };
		const globals = {
			window: {},
			location: { origin: app, href: app + path, assign: (url: string) => void went.push(url.replace(app, "")) },
			document: {
				baseURI: app + path,
				get visibilityState() {
					return page.visibilityState;
				},
				addEventListener: events.addEventListener.bind(events),
			},
			addEventListener: events.addEventListener.bind(events),
			sessionStorage: {
				getItem: (name: string) => stored.get(name) ?? null,
				setItem: (name: string, value: string) => void stored.set(name, value),
				removeItem: (name: string) => void stored.delete(name),
			},
			BroadcastChannel: class {
				onmessage?: (event: object) => void;
				readonly name: string;
				constructor(name: string) {
					this.name = name;
					channels.add(this);
				}
				postMessage(data: unknown) {
					for (const other of channels) if (other !== this && other.name === this.name) other.onmessage?.({ data });
				}
				close() {
					channels.delete(this);
				}
			},
			async fetch(to: string | Request, init: RequestInit = {}) {
				const url = new URL(typeof to === "string" ? to : to.url, app);
				calls.push(url.pathname);
				init.signal?.throwIfAborted();
				if (network.down) throw new TypeError("Failed to fetch");
				if (network.instead) return network.instead(url.pathname);
				const headers = new Headers(init.headers);
				headers.set("sec-fetch-site", url.origin === app ? "same-origin" : "cross-site");
				const method = init.method ?? (typeof to === "string" ? "GET" : to.method);
				return browser.send(url.pathname + url.search, { ...init, method, headers });
			},
		};
		for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
		const auth: Auth = createAuth({ bff: "/auth" });
		const heard: string[] = [];
		for (const event of ["signed-in", "signed-out", "expired", "error"] as const) auth.on(event, () => heard.push(event));
		return {
			auth,
			went,
			heard,
			stored,
			page,
			tell: (type: string, more: object = {}) => events.dispatchEvent(Object.assign(new Event(type), more)),
			/** Waits until it is sent somewhere once more. */
			async leaves(work: () => unknown): Promise<string> {
				const before = went.length;
				void work();
				await vi.waitFor(() => {
					if (went.length === before) throw new Error("still here");
				});
				return went.at(-1)!;
			},
		};
	}

	return { open, network, calls };
}
