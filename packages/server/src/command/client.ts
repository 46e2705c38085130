import { parseDuration } from "../config/duration.ts";
import { clientNotices } from "../config/notices.ts";
import { addClient, findClient, findOwnClient, removeClient, rotateSecret, setClientEnabled } from "../management/clients.ts";
import { type ClientRow, resolveClient } from "../model/index.ts";
import { askToGoOn, yesOption } from "./ask.ts";
import { clientOf } from "./choose.ts";
import { heldTokens } from "./held-tokens.ts";
import { neverApplied } from "./never-applied.ts";
import { onStore } from "./on-store.ts";
import { readClient } from "./read-client.ts";
import { standing } from "./standing.ts";
import { type Cell, facts, table, when, whole } from "./table.ts";
import { instant } from "./time.ts";
import { type Answer, optionOf, UsageError, type Verb } from "./verb.ts";

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
		...(row.registration && registrationJson(row.registration)),
	};
}

/** Of a client that registered itself. */
function registrationJson({ registeredAt, lastUsedAt }: NonNullable<ClientRow["registration"]>) {
	return { registered_itself: true, ...(lastUsedAt > registeredAt && { last_used_at: instant(lastUsedAt) }) };
}

/** Who answers for a row: a client that registered itself is in the store, and nobody's. */
function managedBy({ managedBy: by, registration }: ClientRow): string {
	return registration ? "itself" : by;
}

/** When a client that registered itself was last of use; of others nobody notes it. */
function lastUsed({ registration }: ClientRow): Cell {
	if (!registration) return "";
	const { registeredAt, lastUsedAt } = registration;
	return lastUsedAt > registeredAt ? when(lastUsedAt) : "never";
}

/** How many secrets there are, and when each ends. */
function secretsInWords({ secrets }: ClientRow, now: number): string {
	const ends = secrets.map(({ expiresAt }) =>
		expiresAt === undefined ? "without end" : `${expiresAt > now ? "until" : "ended"} ${instant(expiresAt)}`,
	);
	return ends.length === 0 ? "none" : `${ends.length} (${ends.join("; ")})`;
}

const followed = "Running servers follow within two seconds.";
const held = `${followed} It holds, whatever the file says, until \`gatehouse client enable\`.`;

function switching(enabled: boolean): Verb {
	const verb = enabled ? "enable" : "disable";
	const none = enabled ? "no client is disabled by command" : "there is no client that is enabled";
	return {
		name: `client ${verb}`,
		alsoCalled: enabled ? ["unlock", "activate"] : ["lock", "deactivate"],
		words: "[id]",
		does: enabled ? "let a client work again" : "switch a client off",
		examples: [[`client ${verb} portal`, enabled ? "let the portal work again" : "stop the portal, until it is enabled again"]],
		async run(input, context) {
			const client_id = await clientOf(input, context, { none, is: (row) => (enabled ? row.held : resolveClient(row).enabled) });
			return onStore(input, context, async (ground, now) => {
				const changed = await setClientEnabled(ground, client_id, enabled, now);
				return {
					json: { client_id, enabled, changed },
					text: `the client ${client_id} ${changed ? "is" : "was already"} ${verb}d`,
					...(changed && { beside: enabled ? followed : `${held}\n${await heldTokens(ground, "its")}` }),
				};
			});
		},
	};
}

const shownOnce = "The secret is shown this once: Gatehouse keeps only a seal of it.";

/** Those that commands may change. */
const own = { none: "there is no client that the configuration file does not manage", is: (row: ClientRow) => row.managedBy === "store" };

export const clientVerbs: readonly Verb[] = [
	{
		name: "client add",
		alsoCalled: ["create", "new", "register"],
		does: "add a client, written in the standard's own metadata names, or asked for question by question",
		options: [["--from <file>", "the client: a .json, .yaml or .ts file, or - for JSON on the standard input"]],
		examples: [
			["client add", "question by question"],
			["client add --from portal.json", "as a file says it"],
			["client add --from - --json < portal.json", "from a script, which reads the secret from the answer"],
		],
		async run(input, context) {
			const written = await readClient(input, context);
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
		alsoCalled: ["ls"],
		does: "show all clients",
		examples: [
			["client list", "all of them"],
			["client list --json | jq -r '.[].client_id'", "their ids alone"],
		],
		run: (input, context) =>
			onStore(input, context, async (ground, _now, configuration) => {
				const rows = [...(await ground.clients.all())].sort((a, b) => a.id.localeCompare(b.id));
				const noted = rows.some((row) => row.registration);
				const cells = rows.map((row) => {
					const { id, name, authMethod, native, enabled } = resolveClient(row);
					return [
						id,
						name,
						native ? "native" : "web",
						authMethod,
						standing({ ...row, enabled }),
						managedBy(row),
						...(noted ? [lastUsed(row)] : []),
					];
				});
				const unapplied = await neverApplied(ground, configuration, "clients");
				const none = unapplied ?? "there are no clients yet: `gatehouse client add` adds one";
				const heads = [whole("CLIENT ID"), "NAME", "TYPE", "AUTHENTICATION", "STANDING", "MANAGED BY", ...(noted ? ["LAST USED"] : [])];
				return {
					json: rows.map(clientJson),
					text: table(heads, cells, none),
					...(rows.length > 0 && unapplied !== undefined && { beside: unapplied }),
				};
			}),
	},
	{
		name: "client show",
		alsoCalled: ["get", "view", "info", "describe"],
		words: "[id]",
		does: "show a client",
		examples: [["client show portal", "what is registered"]],
		async run(input, context) {
			const client_id = await clientOf(input, context);
			return onStore(input, context, async (ground, now) => {
				const row = await findClient(ground, client_id);
				const json = clientJson(row);
				const times = {
					created_at: when(row.createdAt),
					changed_at: when(row.updatedAt),
					removed_at: when(row.removedAt),
					...(row.registration && { last_used_at: lastUsed(row) }),
				};
				return { json, text: facts({ ...json, secrets: secretsInWords(row, now), ...times }) };
			});
		},
	},
	{
		name: "client rotate-secret",
		alsoCalled: ["secret", "new-secret", "reset-secret", "rotate"],
		words: "[id]",
		does: "give a client a new secret",
		options: [["--keep <duration>", "how long the former secrets still work, such as 24h; without it they stop at once"], yesOption],
		examples: [
			["client rotate-secret portal --keep 24h", "a day's time to tell every server of the portal"],
			["client rotate-secret portal --yes --json", "at once, from a script"],
		],
		async run(input, context) {
			const keep = parseDuration(optionOf(input, "keep") ?? "0s");
			if (keep === undefined) throw new UsageError('--keep is a duration such as "90s", "10m", "8h" or "30d"');
			const client_id = await clientOf(input, context, own);
			const { secrets } = await onStore(input, context, (ground) => findOwnClient(ground, client_id));
			if (keep === 0 && secrets.length > 0)
				await askToGoOn(input, context, `Stop the secret that ${client_id} has at once? \`--keep 24h\` leaves time to change it.`);
			return onStore(input, context, async (ground, now) => {
				const { client, secret } = await rotateSecret(ground, client_id, keep, now);
				return { json: { ...clientJson(client), client_secret: secret }, text: `client_secret: ${secret}`, beside: shownOnce };
			});
		},
	},
	switching(false),
	switching(true),
	{
		name: "client remove",
		alsoCalled: ["delete", "rm", "del"],
		words: "[id]",
		does: "take a client away for good, with everything people allowed it",
		options: [yesOption],
		examples: [
			["client remove portal", "for good; `client disable` can be undone"],
			["client remove portal --yes", "without being asked"],
		],
		async run(input, context) {
			const client_id = await clientOf(input, context, own);
			await onStore(input, context, (ground) => findOwnClient(ground, client_id));
			await askToGoOn(input, context, `Take the client ${client_id} away for good?`);
			return onStore(input, context, async (ground, now) => {
				await removeClient(ground, client_id, now);
				return { json: { client_id, removed: true }, text: `the client ${client_id} was removed` };
			});
		},
	},
];
