import * as client from "../../dist/client/client.js";
import { clientSecretPost } from "../../dist/client/client-auth/index.js";
import { platform } from "../../dist/client/world.js";
import type { Party } from "./suite.ts";

/** The core as it is published, and the issuer at the other end of an address. */
export function partyAt(control: string, told: Pick<Party, "issuer" | "resource" | "secret">): Party {
	return {
		core: { createClient: client.createClient, clientSecretPost, platform },
		...told,
		origin: control,
		repeats: "document" in globalThis,
		async command(name, ...args) {
			const answer = await fetch(control, { method: "POST", body: JSON.stringify([name, ...args]) });
			const { result, error } = await answer.json();
			if (error !== undefined) throw new Error(error);
			return result;
		},
	};
}
