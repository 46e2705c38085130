import { webDigest } from "../../core/digest.ts";
import { createVault } from "./create-vault.ts";
import type { Asks } from "./messages.ts";
import { worldWith } from "./world.ts";

/** What the page sends. */
interface Message {
	readonly id: number;
	readonly ask: keyof Asks;
	readonly request: Asks[keyof Asks]["request"];
}

const vault = createVault(worldWith(webDigest));

// The page that started this worker is the only one that can speak to it: a dedicated worker's messages have no origin to check.
self.onmessage = async ({ data: { id, ask, request } }: MessageEvent<Message>) => {
	self.postMessage({ id, answer: await vault(ask, request as never) });
};
self.postMessage("ready");
