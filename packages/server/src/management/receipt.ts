import type { Client, Registry } from "../model/index.ts";
import type { Logout, LogoutStore } from "../store/store.ts";

/** What reading a receipt takes of the ground. */
export interface ReceiptGround {
	readonly logouts: Pick<LogoutStore, "ofSession">;
	readonly registry: () => Registry;
}

/** What became of telling one app that a session ended. */
export interface ToldApp extends Logout {
	/** Undefined when it is known here no more. */
	readonly client: Client | undefined;
}

/** The receipt of a session that ended: each app that took part, in the order of their names. */
export async function readReceipt(sessionId: string, ground: ReceiptGround): Promise<readonly ToldApp[]> {
	const { clients } = ground.registry();
	const logouts = await ground.logouts.ofSession(sessionId);
	const name = ({ client, clientId }: ToldApp) => client?.name ?? clientId;
	return logouts.map((one) => ({ ...one, client: clients.get(one.clientId) })).toSorted((a, b) => name(a).localeCompare(name(b)));
}

/** True when each app has been told once, whatever came of it: what is missing then takes longer than anybody waits. */
export function isTriedOnce(apps: readonly Logout[]): boolean {
	return apps.every(({ state, reason }) => state !== "waiting" || reason !== undefined);
}
