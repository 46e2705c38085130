import { configurationOf } from "./on-store.ts";
import type { Verb } from "./verb.ts";

export const serve: Verb = {
	name: "serve",
	does: "start, and answer until told to end",
	async run(input, context) {
		await context.serve(await configurationOf(input, context));
		return undefined;
	},
};
