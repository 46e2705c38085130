import "../localhost.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMobileAuth, type Platform, type Store } from "@gatehouse/sdk/mobile";

/*
 * The app on Alice's phone, as a process that the tour may kill: it signs in, calls both APIs, and tells the tour what it does. What a device has
 * is played by files and messages; everything else is @gatehouse/sdk/mobile as it is on one. It is not part of the company.
 */

/** What the tour gives the process, as its first word. */
export interface Start {
	readonly issuer: string;
	readonly crm: string;
	readonly orders: string;
	/** The device's disk. */
	readonly disk: string;
	/** What the system started it with. */
	readonly link?: string;
}

/** What it tells the tour. */
export type Told =
	| { readonly kind: "open"; readonly url: string }
	| { readonly kind: "sent"; readonly url: string; readonly parameters: readonly (readonly [string, string])[] }
	| { readonly kind: "settled"; readonly status: string; readonly name?: string | undefined }
	| { readonly kind: "called"; readonly url: string; readonly accessToken: string; readonly status: number };

const { issuer, crm, orders, disk, link } = JSON.parse(process.argv[2] ?? "{}") as Start;
const tell = (told: Told) => process.send?.(told);
process.once("disconnect", () => process.exit(0));

const platform: Platform = {
	world: {
		fetch(url, init) {
			if (init.method === "POST") tell({ kind: "sent", url, parameters: [...new URLSearchParams(String(init.body))] });
			return fetch(url, init);
		},
		steady: () => performance.now(),
		wall: () => Date.now(),
		sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
		randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
		digest: async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes)),
	},
	secure: storeIn("keystore.json"),
	settings: storeIn("settings.json"),
	browser: { open: async (url) => void tell({ kind: "open", url }), close: async () => undefined, onDismissed: () => undefined },
	links: {
		initial: async () => link,
		onLink: (listener) => void process.on("message", (url) => listener(String(url))),
	},
	onAwake: () => undefined,
	alone: (_name, work) => work(),
};

const auth = createMobileAuth({ issuer, clientId: "larkfield-app", redirect: "com.larkfield.app:/callback" }, platform);
await auth.ready();
if (!auth.session && link === undefined) await auth.signIn();
tell({ kind: "settled", status: auth.status, name: auth.session?.user.name });
for (const url of auth.session ? [`${crm}/products`, `${orders}/orders`] : []) {
	const { accessToken } = await auth.token({ resource: new URL(url).origin });
	const { status } = await auth.fetch(url);
	tell({ kind: "called", url, accessToken, status });
}

function storeIn(name: string): Store {
	const file = join(disk, name);
	const read = (): Record<string, string> => {
		try {
			return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
		} catch {
			return {};
		}
	};
	const write = (values: Record<string, string>) => writeFileSync(file, JSON.stringify(values));
	return {
		get: async (key) => read()[key],
		set: async (key, value) => write({ ...read(), [key]: value }),
		async remove(key) {
			const { [key]: _removed, ...others } = read();
			write(others);
		},
	};
}
