import { existsSync } from "node:fs";
import { type Configuration, ConfigurationError, type Fault } from "../config.ts";
import { foreignNames, passwordFaults } from "../management/declare-people.ts";
import { masterKeyFaults } from "../management/master-key.ts";
import { commonPasswords } from "../management/password-rules.ts";
import { StoreUnusable } from "../store/store.ts";
import type { CommandContext } from "./context.ts";
import { absent, fileHere } from "./file-here.ts";
import { configurationOf, rulesGround, storeFile } from "./on-store.ts";
import { type Answer, optionOf, type Verb } from "./verb.ts";

export const check: Verb = {
	name: "check",
	alsoCalled: ["validate", "lint", "test", "doctor", "verify"],
	does: "tell every fault of the configuration at once, with its place",
	examples: [
		["check --config gatehouse.yaml", "before a deployment: the exit code is 1 when anything is wrong"],
		["check --config gatehouse.yaml --json", "the faults, each with its place"],
	],
	async run(input, context) {
		const named = optionOf(input, "config");
		const here = named === undefined ? fileHere(context.cwd) : undefined;
		const unread = here === undefined ? "" : `\n${here} lies here and was not read: \`gatehouse check --config ${here}\``;
		try {
			const configuration = await configurationOf(input, context);
			const faults = [...(await declaredPasswordFaults(configuration)), ...(await storeFaults(configuration, context))];
			if (faults.length > 0) throw new ConfigurationError(configuration.file, faults);
			const notices = configuration.notices.map((notice) => `note: ${notice}\n`).join("");
			return {
				json: { faults, notices: configuration.notices },
				text: `${notices}${configuration.file ?? "the defaults and variables alone"} ${named === undefined ? "have" : "has"} no fault${unread}`,
			};
		} catch (error) {
			if (error instanceof ConfigurationError) return answerOf(error, unread, named && absent(named, context.cwd));
			throw error;
		}
	},
};

/** Headline and faults together, on one stream in one order. A file that is `missing` has no faults to list: it is said as every verb says it. */
function answerOf({ faults, file }: ConfigurationError, unread: string, missing: string | undefined): Answer {
	const count = faults.length === 1 ? "one fault" : `${faults.length} faults`;
	const lines = faults.map(({ place, text }) => `  ${`${place} ${text}`.trim()}`);
	const headline = file === undefined ? `the defaults and variables alone have ${count}` : `${file} has ${count}`;
	return { json: { faults, notices: [] }, failure: missing ?? `${[`${headline}:`, ...lines].join("\n")}${unread}` };
}

async function declaredPasswordFaults({ declaration }: Configuration): Promise<readonly Fault[]> {
	return declaration?.people.some(({ password }) => password !== undefined)
		? passwordFaults(declaration.people, await commonPasswords())
		: [];
}

/** What is wrong between the configuration and a store that is there already. */
async function storeFaults(configuration: Configuration, context: CommandContext): Promise<readonly Fault[]> {
	const file = storeFile(configuration);
	if (file === undefined || !existsSync(file)) return [];
	try {
		const opened = await context.open(configuration);
		try {
			const ground = rulesGround(opened, context);
			const people = configuration.declaration?.people ?? [];
			const keys = await masterKeyFaults(ground, context.now());
			return [...keys.map((text) => ({ place: "masterKey", text })), ...(await foreignNames(people, people, ground))];
		} finally {
			await opened.close();
		}
	} catch (error) {
		if (error instanceof StoreUnusable) return [{ place: "", text: error.message }];
		throw error;
	}
}
