import { describe } from "vitest";
import { clientContract } from "./contract/clients.ts";
import { consentContract } from "./contract/consents.ts";
import { eventContract } from "./contract/events.ts";
import { grantRaceContract } from "./contract/grant-races.ts";
import { grantContract } from "./contract/grants.ts";
import { guessContract } from "./contract/guesses.ts";
import { keyContract } from "./contract/keys.ts";
import { logoContract } from "./contract/logos.ts";
import { logoutContract } from "./contract/logouts.ts";
import { lostCommitContract } from "./contract/lost-commits.ts";
import { personContract } from "./contract/people.ts";
import { registrationContract } from "./contract/registrations.ts";
import { sessionContract } from "./contract/sessions.ts";
import { settingContract } from "./contract/settings.ts";
import { usedOnceContract } from "./contract/used-once.ts";
import type { Open } from "./contract/world.ts";

/**
 * What every store promises, whatever it stands on: each verb, and the races between them.
 *
 * @param open opens two ways to one empty store
 * @example storeContract("SQLite, one file, two processes", openTwoHandles);
 */
export function storeContract(name: string, open: Open): void {
	describe(name, () => {
		clientContract(open);
		personContract(open);
		sessionContract(open);
		consentContract(open);
		grantContract(open);
		grantRaceContract(open);
		usedOnceContract(open);
		guessContract(open);
		registrationContract(open);
		keyContract(open);
		logoutContract(open);
		eventContract(open);
		logoContract(open);
		settingContract(open);
		lostCommitContract(open);
	});
}
