import { randomBytes } from "node:crypto";
import type { DoorLog } from "./http/door.ts";
import type { OutboundSettings } from "./outbound/index.ts";
import { type GenerateKeyPair, generateKeyPair } from "./tokens/index.ts";

/** What the process is in: time, chance, and where it writes what happened. Tests bring their own. */
export interface World {
	/** Epoch milliseconds. */
	readonly now: () => number;
	readonly randomBytes: (length: number) => Uint8Array;
	readonly generateKeyPair: GenerateKeyPair;
	readonly sleep: (ms: number) => Promise<void>;
	readonly log: DoorLog;
	/** How names are resolved and how long is waited when calling out; absent: as the machine does. */
	readonly outbound?: Pick<OutboundSettings, "lookup" | "deadline">;
}

/** The real one. */
export function systemWorld(log: DoorLog): World {
	return { now: Date.now, randomBytes, generateKeyPair, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)), log };
}
