import type { Client } from "../client/client.ts";
import type { Secret } from "../client/client-auth/index.ts";
import type { World } from "../client/world.ts";
import type { Sessions } from "./sessions.ts";
import type { SessionStore } from "./store.ts";

export interface SessionSettings {
	readonly client: Client;
	readonly store: SessionStore;
	/**
	 * What everything is encrypted with, newest first: at least 32 characters each. The first seals, all of them open. An edition that is given none
	 * passes its client secret, so that five lines suffice; when that secret is changed, everyone is signed out.
	 */
	readonly keys: readonly Secret[];
	readonly world: World;
	/** Seconds without a request after which a session ends. 8 hours when absent. */
	readonly idle?: number | undefined;
	/** Seconds after which it ends whatever is done. 30 days when absent. */
	readonly absolute?: number | undefined;
}

export declare function createSessions(settings: SessionSettings): Sessions;
