import type { Client } from "../../model/index.ts";
import type { RegistrationStore } from "../../store/store.ts";
import { createBoundedMap } from "../../tokens/bounded-map.ts";

const day = 24 * 3_600_000;

/** As many clients as there may be, and those that came after others had gone. */
const remembered = 20_000;

/**
 * Notes, once a day, that a client which registered itself is of use: those that are not are taken away. A client that an
 * operator declared costs nothing; what cannot be written now is written with the next token.
 *
 * @example const noteUse = createUseNotes(store.registrations); await noteUse(client, now);
 */
export function createUseNotes(registrations: Pick<RegistrationStore, "touch">): (client: Client, now: number) => Promise<void> {
	const noted = createBoundedMap<number>(remembered);
	return async (client, now) => {
		if (!client.registeredItself || now - (noted.get(client.id) ?? Number.NEGATIVE_INFINITY) < day) return;
		try {
			await registrations.touch(client.id, now);
			noted.set(client.id, now);
		} catch {
			// The token is issued all the same.
		}
	};
}
