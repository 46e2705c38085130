import { findClient } from "../management/clients.ts";
import { listConsents, revokeConsent } from "../management/consents.ts";
import { resolveClient } from "../model/index.ts";
import { allowedClientOf, userOf } from "./choose.ts";
import { heldTokens } from "./held-tokens.ts";
import { onStore } from "./on-store.ts";
import { table, when, whole } from "./table.ts";
import { instant } from "./time.ts";
import type { Verb } from "./verb.ts";

export const consentVerbs: readonly Verb[] = [
	{
		name: "consent list",
		alsoCalled: ["ls", "show"],
		does: "show which apps a person lets in, and what for",
		options: [["--user <name>", "the person"]],
		examples: [["consent list --user alice", "the apps that alice lets in"]],
		async run(input, context) {
			const name = await userOf(input, context);
			return onStore(input, context, async (ground, now) => {
				const allowed = await listConsents(ground, name, now);
				const trusted = new Set((await ground.clients.all()).flatMap((row) => (resolveClient(row).firstParty ? [row.id] : [])));
				const cells = allowed.map((one) => [
					one.clientId,
					one.scope.join(" "),
					one.grantedAt === undefined && trusted.has(one.clientId) ? "first party" : when(one.grantedAt),
					when(one.lastUsedAt),
				]);
				return {
					json: allowed.map((one) => ({
						client_id: one.clientId,
						scope: one.scope.join(" "),
						...(one.grantedAt !== undefined && { granted_at: instant(one.grantedAt) }),
						...(one.lastUsedAt !== undefined && { last_used_at: instant(one.lastUsedAt) }),
					})),
					text: table([whole("CLIENT ID"), "SCOPE", "ALLOWED", "LAST USED"], cells, `${name} lets no app in`),
				};
			});
		},
	},
	{
		name: "consent revoke",
		alsoCalled: ["withdraw", "delete", "remove", "rm", "end"],
		does: "take back what a person allows an app: it gets no new token from now on",
		options: [
			["--user <name>", "the person"],
			["--client <id>", "the app"],
		],
		examples: [["consent revoke --user alice --client analytics", "take back what alice allowed it"]],
		async run(input, context) {
			const name = await userOf(input, context);
			const client_id = await allowedClientOf(input, context, name);
			return onStore(input, context, async (ground, now) => {
				await revokeConsent(ground, name, client_id, now);
				const { firstParty } = resolveClient(await findClient(ground, client_id));
				const again = firstParty
					? `until ${name} signs in through it again: it is first party, nobody is asked`
					: `unless ${name} allows it again`;
				return {
					json: { username: name, client_id, revoked: true },
					text: `${client_id} gets no new token for ${name} from now on, ${again}`,
					beside: await heldTokens(ground, "the"),
				};
			});
		},
	},
];
