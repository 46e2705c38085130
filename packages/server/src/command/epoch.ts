import { askToGoOn, yesOption } from "./ask.ts";
import { heldTokens } from "./held-tokens.ts";
import { onStore } from "./on-store.ts";
import type { Verb } from "./verb.ts";

export const epochRaise: Verb = {
	name: "epoch raise",
	does: "after a recovery that lost writes: every session and grant made before is refused, people sign in again",
	options: [yesOption],
	examples: [["epoch raise", "after an old copy of the database was put back"]],
	async run(input, context) {
		await askToGoOn(input, context, "Sign everyone out?");
		return onStore(input, context, async (ground, now) => {
			const epoch = await ground.settings.raiseEpoch([ground.newEvent(now, { type: "epoch.raised", actor: "operator" })]);
			return { json: { epoch }, text: `the epoch is ${epoch} now: everyone signs in again`, beside: await heldTokens(ground, "all") };
		});
	},
};
