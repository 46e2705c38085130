import { dirname, resolve } from "node:path";
import { client as clientShape } from "../config/client.ts";
import { parseDuration } from "../config/duration.ts";
import { clientNotices } from "../config/notices.ts";
import { readConfigurationFile, UnreadableFile } from "../config/read-file.ts";
import { toClient } from "../config/to-declaration.ts";
import { addClient, findClient, findOwnClient, removeClient, rotateSecret, setClientEnabled } from "../management/clients.ts";
import { Refusal } from "../management/refusal.ts";
import { type ClientRow, resolveClient } from "../model/index.ts";
import { askToGoOn, readInput } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { heldTokens } from "./held-tokens.ts";
import { neverApplied } from "./never-applied.ts";
import { onStore } from "./on-store.ts";
import { readForm } from "./read-form.ts";
import { facts, instant, table } from "./table.ts";
import { standing } from "./user.ts";
import { type Answer, optionOf, UsageError, type Verb, wordOf } from "./verb.ts";

/** A client as scripts read it: metadata in the standard's own names, and what Gatehouse knows beside. */
function clientJson(row: ClientRow) {
	return {
		...row.metadata,
		enabled: resolveClient(row).enabled,
		held: row.held,
		managed_by: row.managedBy,
		secrets: row.secrets.map(({ expiresAt }) => (expiresAt === undefined ? {} : { expires: instant(expiresAt) })),
		created_at: instant(row.createdAt),
		changed_at: instant(row.updatedAt),
		...(row.removedAt !== undefined && { removed_at: instant(row.removedAt) }),
	};
}

/** How many secrets there are, and when each ends. */
function secretsInWords({ secrets }: ClientRow, now: number): string {
	const ends = secrets.map(({ expiresAt }) =>
		expiresAt === undefined ? "without end" : `${expiresAt > now ? "until" : "ended"} ${instant(expiresAt)}`,
	);
	return ends.length === 0 ? "none" : `${ends.length} (${ends.join("; ")})`;
}

/** Reads a client from a file, or from the standard input as JSON. */
async function readClient(from: string, context: CommandContext) {
	const file = from === "-" ? undefined : resolve(context.cwd, from);
	const written = file === undefined ? inputJson(await readInput(context)) : await fileContent(file);
	const { metadata, secrets } = toClient(readForm(clientShape, written, context, file === undefined ? context.cwd : dirname(file)));
	return { metadata: { ...metadata, client_id: metadata.client_id ?? "" }, secrets };
}

function inputJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new Refusal("the standard input is not JSON");
	}
}

async function fileContent(file: string): Promise<unknown> {
	try {
		return await readConfigurationFile(file);
	} catch (error) {
		if (error instanceof UnreadableFile) throw new Refusal(`${file} ${error.message}`);
		throw error;
	}
}

const followed = "Running servers follow within two seconds.";
const held = `${followed} It holds, whatever the file says, until \`gatehouse client enable\`.`;

function switching(enabled: boolean): Verb {
	const verb = enabled ? "enable" : "disable";
	return {
		name: `client ${verb}`,
		words: "<id>",
		does: enabled ? "let a client work again" : "switch a client off",
		run: (input, context) =>
			onStore(input, context, async (ground, now) => {
				const client_id = wordOf(input);
				const changed = await setClientEnabled(ground, client_id, enabled, now);
				return {
					json: { client_id, enabled, changed },
					text: `the client ${client_id} ${changed ? "is" : "was already"} ${verb}d`,
					...(changed && { beside: enabled ? followed : `${held}\n${await heldTokens(ground, "its")}` }),
				};
			}),
	};
}

const shownOnce = "The secret is shown this once: Gatehouse keeps only a seal of it.";

export const clientVerbs: readonly Verb[] = [
	{
		name: "client add",
		does: "add a client, written in the standard's own metadata names",
		options: [["--from <file>", "the client: a .json, .yaml or .ts file, or - for JSON on the standard input"]],
		async run(input, context) {
			const from = optionOf(input, "from");
			if (from === undefined)
				throw new UsageError("say which client: `gatehouse client add --from FILE`, or `--from -` for JSON on the standard input");
			const written = await readClient(from, context);
			return onStore(
				input,
				context,
				async (ground, now): Promise<Answer> => {
					const { client, secret } = await addClient(ground, written, now);
					const text = `the client ${client.id} was added`;
					const notes = clientNotices(written).map((notice) => `note: ${notice}`);
					if (secret === undefined) return { json: clientJson(client), text, ...(notes.length > 0 && { beside: notes.join("\n") }) };
					return {
						json: { ...clientJson(client), client_secret: secret },
						text: `${text}\nclient_secret: ${secret}`,
						beside: [...notes, shownOnce].join("\n"),
					};
				},
				{ make: true },
			);
		},
	},
	{
		name: "client list",
		does: "show all clients",
		run: (input, context) =>
			onStore(input, context, async (ground, _now, configuration) => {
				const rows = [...(await ground.clients.all())].sort((a, b) => a.id.localeCompare(b.id));
				const cells = rows.map((row) => {
					const { id, name, authMethod, native, enabled } = resolveClient(row);
					return [id, name, native ? "native" : "web", authMethod, standing({ ...row, enabled }), row.managedBy];
				});
				const unapplied = await neverApplied(ground, configuration, "clients");
				return {
					json: rows.map(clientJson),
					text: table(
						["CLIENT ID", "NAME", "TYPE", "AUTHENTICATION", "STANDING", "MANAGED BY"],
						cells,
						unapplied ?? "there are no clients",
					),
					...(rows.length > 0 && unapplied !== undefined && { beside: unapplied }),
				};
			}),
	},
	{
		name: "client show",
		words: "<id>",
		does: "show a client",
		run: (input, context) =>
			onStore(input, context, async (ground, now) => {
				const row = await findClient(ground, wordOf(input));
				const json = clientJson(row);
				return { json, text: facts({ ...json, secrets: secretsInWords(row, now) }) };
			}),
	},
	{
		name: "client rotate-secret",
		words: "<id>",
		does: "give a client a new secret",
		options: [["--keep <duration>", "how long the former secrets still work, such as 24h; without it they stop at once"]],
		run(input, context) {
			const keep = parseDuration(optionOf(input, "keep") ?? "0s");
			if (keep === undefined) throw new UsageError('--keep is a duration such as "90s", "10m", "8h" or "30d"');
			return onStore(input, context, async (ground, now) => {
				const { client, secret } = await rotateSecret(ground, wordOf(input), keep, now);
				return { json: { ...clientJson(client), client_secret: secret }, text: `client_secret: ${secret}`, beside: shownOnce };
			});
		},
	},
	switching(false),
	switching(true),
	{
		name: "client remove",
		words: "<id>",
		does: "take a client away for good, with everything people allowed it",
		async run(input, context) {
			const client_id = wordOf(input);
			await onStore(input, context, (ground) => findOwnClient(ground, client_id));
			await askToGoOn(context, `Take the client ${client_id} away for good?`);
			return onStore(input, context, async (ground, now) => {
				await removeClient(ground, client_id, now);
				return { json: { client_id, removed: true }, text: `the client ${client_id} was removed` };
			});
		},
	},
];
