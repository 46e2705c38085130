import type { Readable, Writable } from "node:stream";
import type { Configuration, Supported } from "../config.ts";
import type { Event } from "../model/index.ts";
import type { Outbound } from "../outbound/outbound.ts";
import type { Store } from "../store/store.ts";
import type { MasterKeys, Random, Tokens } from "../tokens/index.ts";

/** The ground as the commands take it, opened for one of them. */
export interface ManagementGround {
	readonly store: Store;
	readonly tokens: Pick<Tokens, "secrets" | "passwords" | "registrationTokens">;
	readonly masterKeys: Pick<MasterKeys, "newest" | "versions">;
	readonly random: Random;
	readonly outbound: Pick<Outbound, "whyNot">;
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
	readonly close: () => Promise<void>;
}

/** What the process gives to a command. */
export interface CommandContext {
	/** Of this program, for `--version`. */
	readonly version: string;
	/**
	 * Opens the store of a configuration, and makes it where there is none.
	 *
	 * @throws StoreUnusable
	 */
	readonly open: (configuration: Configuration) => Promise<ManagementGround>;
	/** Serves until the process is told to end. */
	readonly serve: (configuration: Configuration) => Promise<void>;
	readonly stdin: Readable & { readonly isTTY?: boolean };
	readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
	readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	/** Epoch milliseconds. */
	readonly now: () => number;
	/** Grant types and client authentication methods, as the lists of the rules say. */
	readonly supported: Supported;
}
