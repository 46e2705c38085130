import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";

const built = join(import.meta.dirname, "../../examples/company/mobile/dist");
const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** The origin from which Capacitor serves an app on Android. */
const origin = "https://localhost";

/** What Capacitor's bridge tells of the plugins that are there. */
const plugins: Readonly<Record<string, readonly string[]>> = {
	App: ["getLaunchUrl"],
	Browser: ["open", "close"],
	Preferences: ["get", "set", "remove"],
	SecureStorage: ["internalGetItem", "internalSetItem", "internalRemoveItem", "setSynchronizeKeychain"],
};

interface Call {
	readonly plugin: string;
	readonly method: string;
	readonly options: Readonly<Record<string, unknown>>;
}

/**
 * A phone as far as an app in its web view can tell: the native side of Capacitor's bridge, with a Keychain, settings and a browser, around the
 * app's real web build. What is kept outlives the web view.
 */
export class Phone {
	readonly keychain = new Map<string, string>();
	readonly settings = new Map<string, string>();
	readonly calls: Call[] = [];
	/** The link that starts the app. */
	launchedBy: string | undefined;
	/** What the web view said to its console, and what it threw. */
	readonly said: string[] = [];
	readonly #context: BrowserContext;
	readonly #where: Readonly<Record<string, string>>;
	#opened: (url: string) => void = () => undefined;

	/** @param where the issuer and the APIs, as the app's page has them */
	constructor(context: BrowserContext, where: Readonly<Record<string, string>>) {
		this.#context = context;
		this.#where = where;
	}

	/** Starts the app in a new web view. */
	async start(): Promise<Page> {
		const view = await this.#context.newPage();
		view.on("console", (message) => this.said.push(message.text()));
		view.on("pageerror", (error) => this.said.push(error.message));
		await view.exposeFunction("nativeSide", (call: Call) => this.#answer(call));
		await view.addInitScript(bridge, Object.entries(plugins));
		await view.route(`${origin}/**`, (route) => {
			const path = new URL(route.request().url()).pathname;
			const file = join(built, path === "/" ? "index.html" : path);
			const text = readFileSync(file, "utf8");
			const body =
				path === "/" ? text.replace(/(<script type="application\/json" id="settings">)[^<]*/, `$1${JSON.stringify(this.#where)}`) : text;
			return route.fulfill({ body, contentType: types[extname(file)] ?? "application/octet-stream" });
		});
		await view.goto(`${origin}/`);
		return view;
	}

	/** Resolves with the address at which the app next opens the browser. */
	opened(): Promise<string> {
		return new Promise((resolve) => {
			this.#opened = resolve;
		});
	}

	#answer({ plugin, method, options }: Call): unknown {
		this.calls.push({ plugin, method, options });
		const [key, name] = [String(options["prefixedKey"]), String(options["key"])];
		const answers: Readonly<Record<string, () => unknown>> = {
			"App.getLaunchUrl": () => ({ url: this.launchedBy ?? "" }),
			"Browser.open": () => this.#opened(String(options["url"])),
			"Preferences.get": () => ({ value: this.settings.get(name) ?? null }),
			"Preferences.set": () => void this.settings.set(name, String(options["value"])),
			"Preferences.remove": () => void this.settings.delete(name),
			"SecureStorage.internalGetItem": () => ({ data: this.keychain.get(key) ?? null }),
			"SecureStorage.internalSetItem": () => void this.keychain.set(key, String(options["data"])),
			"SecureStorage.internalRemoveItem": () => ({ success: this.keychain.delete(key) }),
		};
		return answers[`${plugin}.${method}`]?.();
	}
}

/** The system tells the app of something, as when a link comes to it while it runs. */
export function tell(
	view: Page,
	event: "appUrlOpen" | "browserFinished" | "resume",
	data: Readonly<Record<string, unknown>> = {},
): Promise<void> {
	return view.evaluate(([event, data]) => (globalThis as unknown as Bridge).tellApp(event, data), [event, data] as const);
}

interface Bridge {
	tellApp(event: string, data: unknown): void;
}

/** Runs in the web view before the app, as Capacitor's own bridge does. */
function bridge(plugins: [string, readonly string[]][]): void {
	const listeners: { readonly event: string; readonly listener: (data: unknown) => void }[] = [];
	const method = (name: string) => ({ name, rtype: "promise" });
	const listening = [{ name: "addListener", rtype: "callback" }, { name: "removeListener" }];
	Object.assign(globalThis, {
		androidBridge: {},
		Capacitor: {
			PluginHeaders: plugins.map(([name, methods]) => ({ name, methods: [...methods.map(method), ...listening] })),
			nativePromise: (plugin: string, method: string, options: unknown = {}) =>
				(globalThis as unknown as { nativeSide: (call: unknown) => Promise<unknown> }).nativeSide({ plugin, method, options }),
			nativeCallback(_plugin: string, _method: string, { eventName }: { eventName: string }, listener: (data: unknown) => void) {
				listeners.push({ event: eventName, listener });
				return String(listeners.length);
			},
		},
		tellApp(event: string, data: unknown) {
			for (const one of listeners) if (one.event === event) one.listener(data);
		},
	});
}
