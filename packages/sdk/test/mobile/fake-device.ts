import { platform as host } from "../../src/client/world.ts";
import type { Auth } from "../../src/mobile/auth.ts";
import { createMobileAuth } from "../../src/mobile/create-auth.ts";
import type { AuthOptions } from "../../src/mobile/options.ts";
import type { Platform, Store } from "../../src/mobile/platform.ts";
import { FakeIssuer, issuer } from "../spa/fake-issuer.ts";

export const redirect = "com.acme.shop:/auth";

/** One device with its disk, its browser and an issuer somewhere. Processes come and go; what they wrote down stays. */
export class FakeDevice {
	readonly issuer = new FakeIssuer();
	readonly secure = new Map<string, string>();
	readonly settings = new Map<string, string>();
	/** The addresses that the browser was opened at. */
	readonly opened: string[] = [];
	/** Names of what was asked of the device and the network, in order. */
	readonly done: string[] = [];
	#steady = 1_000_000;

	/** A process of the app, which may have been started by a link. */
	start(link?: string, change: Partial<AuthOptions> = {}): FakeProcess {
		return new FakeProcess(this, link, { issuer, clientId: "shop", redirect, ...change });
	}

	/** The issuer repairs lost answers, as Gatehouse does (D1): the predecessor gets the same successor again, while that is unused. */
	repairs(): this {
		this.issuer.atToken = (form) => {
			if (form.get("refresh_token") === `refresh-${this.issuer.generation - 1}`) this.issuer.generation--;
			return this.issuer.honestToken(form);
		};
		return this;
	}

	pass(ms: number): void {
		this.issuer.now += ms;
		this.#steady += ms;
	}

	get steady(): number {
		return this.#steady;
	}

	/** What the person's browser hands to the system, once they have signed in where it was opened last. */
	answer(change: Record<string, string | undefined> = {}): string {
		return this.issuer.authorize(this.opened.at(-1)!, change);
	}

	/** Everything that lies on the disk. */
	get disk(): string {
		return JSON.stringify([...this.secure, ...this.settings]);
	}
}

type Step = "before" | "after";

/** One process. It can be killed at each of its steps: from then on nothing that it waits for ever comes. */
export class FakeProcess {
	readonly auth: Auth;
	/** How it behaves where it shall fail: throw to refuse. */
	refuse: (what: string) => void = () => undefined;
	/** Kills it at this step, counted from its start. */
	killAt = Number.POSITIVE_INFINITY;
	steps = 0;
	/** Answers when a sleep ends; at once when absent. */
	asleep: (() => Promise<void>) | undefined;
	readonly #device: FakeDevice;
	readonly #links: ((url: string) => void)[] = [];
	readonly #dismissals: (() => void)[] = [];
	readonly #awakenings: (() => void)[] = [];
	#killed = false;
	#underWay = 0;
	#died = Promise.withResolvers<"killed">();

	constructor(device: FakeDevice, link: string | undefined, options: AuthOptions) {
		this.#device = device;
		this.auth = createMobileAuth(options, this.#platform(link));
	}

	get died(): Promise<"killed"> {
		return this.#died.promise;
	}

	/** The system hands a link to the running app. */
	link(url: string): void {
		for (const listener of this.#links) listener(url);
	}

	/** The person closes the browser. */
	dismiss(): void {
		for (const listener of this.#dismissals) listener();
	}

	awake(): void {
		for (const listener of this.#awakenings) listener();
	}

	/** Resolves when the browser was opened once more. */
	async atBrowser(): Promise<void> {
		const before = this.#device.opened.length;
		while (this.#device.opened.length === before && !this.#killed) await new Promise(setImmediate);
	}

	async #step(what: string, when: Step): Promise<void> {
		this.steps++;
		if (this.steps >= this.killAt) {
			this.#killed = true;
			this.#died.resolve("killed");
		}
		if (this.#killed) await new Promise(() => undefined);
		if (when === "before") this.#device.done.push(what);
	}

	async #do<T>(what: string, work: () => T | Promise<T>): Promise<T> {
		this.#underWay++;
		try {
			await this.#step(what, "before");
			this.refuse(what);
			const value = await work();
			await this.#step(what, "after");
			return value;
		} finally {
			this.#underWay--;
		}
	}

	/** Resolves when the process waits for nobody but the person. */
	async idle(): Promise<void> {
		for (let quiet = 0; quiet < 5; quiet = this.#underWay > 0 ? 0 : quiet + 1) await new Promise(setImmediate);
	}

	/** Resolves when this was asked of the device or the network. */
	async asked(what: string): Promise<void> {
		while (!this.#device.done.includes(what)) await new Promise(setImmediate);
	}

	#platform(link: string | undefined): Platform {
		const device = this.#device;
		const store = (name: "secure" | "settings"): Store => ({
			get: (key) => this.#do(`${name}.get ${kindOf(key)}`, () => device[name].get(key)),
			set: (key, value) => this.#do(`${name}.set ${kindOf(key)}`, () => void device[name].set(key, value)),
			remove: (key) => this.#do(`${name}.remove ${kindOf(key)}`, () => void device[name].delete(key)),
		});
		return {
			world: {
				...host,
				fetch: (url, init) => this.#do(`fetch ${new URL(url).pathname}`, () => device.issuer.fetch(url, formOf(init))),
				digest: (name, bytes) => this.#do("digest", () => host.digest(name, bytes)),
				wall: () => device.issuer.now,
				steady: () => device.steady,
				sleep: async () => this.asleep?.(),
			},
			secure: store("secure"),
			settings: store("settings"),
			browser: {
				open: (url) => this.#do("browser.open", () => void device.opened.push(url)),
				close: () => this.#do("browser.close", () => undefined),
				onDismissed: (listener) => void this.#dismissals.push(listener),
			},
			links: { initial: async () => link, onLink: (listener) => void this.#links.push(listener) },
			onAwake: (listener) => void this.#awakenings.push(listener),
			alone: (_name, work) => work(),
		};
	}
}

const kindOf = (key: string) => key.slice(key.lastIndexOf(".") + 1);

/** The issuer of the tests reads forms as objects. */
const formOf = (init: RequestInit): RequestInit =>
	typeof init.body === "string" ? { ...init, body: new URLSearchParams(init.body) } : init;
