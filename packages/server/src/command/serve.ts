import { configurationOf } from "./on-store.ts";
import type { Verb } from "./verb.ts";

export const serve: Verb = {
	name: "serve",
	alsoCalled: ["start", "run", "server", "up"],
	does: "start, and answer until told to end",
	examples: [
		["serve", "with the defaults, on http://localhost:4000"],
		["serve --config gatehouse.yaml", "as the file says"],
	],
	async run(input, context) {
		await context.serve(await configurationOf(input, context));
		return undefined;
	},
};
