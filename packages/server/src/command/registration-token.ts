import { parseDuration } from "../config/duration.ts";
import { createRegistrationToken, listRegistrationTokens, revokeRegistrationToken } from "../management/registration-tokens.ts";
import { registrationTokenOf } from "./choose.ts";
import { onStore } from "./on-store.ts";
import { table, when, whole } from "./table.ts";
import { instant } from "./time.ts";
import { type Input, optionOf, UsageError, type Verb } from "./verb.ts";

type Listed = Awaited<ReturnType<typeof listRegistrationTokens>>[number];

function tokenJson({ id, note, usesLeft, createdAt, expiresAt, revokedAt }: Omit<Listed, "state">) {
	return {
		id,
		...(note !== undefined && { note }),
		uses_left: usesLeft,
		created_at: instant(createdAt),
		expires_at: instant(expiresAt),
		...(revokedAt !== undefined && { revoked_at: instant(revokedAt) }),
	};
}

const shownOnce = "The token is shown this once: Gatehouse keeps only a hash of it.";
const longest = "365d";

function usesOf(input: Input): number {
	const written = optionOf(input, "uses") ?? "1";
	if (!/^[1-9]\d{0,3}$/.test(written)) throw new UsageError("--uses is a whole number from 1 to 9999");
	return Number(written);
}

function lifetimeOf(input: Input): number {
	const lifetime = parseDuration(optionOf(input, "expires") ?? "1d");
	if (lifetime === undefined || lifetime === 0 || lifetime > parseDuration(longest)!)
		throw new UsageError(`--expires is a duration such as "8h" or "30d", at most ${longest}`);
	return lifetime;
}

function noteOf(input: Input): { readonly note?: string } {
	const note = optionOf(input, "note");
	if (note !== undefined && note.length > 200) throw new UsageError("--note has at most 200 characters");
	return note === undefined ? {} : { note };
}

export const registrationTokenVerbs: readonly Verb[] = [
	{
		name: "registration-token create",
		alsoCalled: ["add", "new", "make", "generate"],
		does: "make a token with which apps may register themselves",
		options: [
			["--uses <number>", "how many apps; 1 unless said"],
			["--expires <duration>", "how long it works, such as 8h or 30d; one day unless said"],
			["--note <text>", "what it is for, for those who see the list"],
		],
		examples: [
			["registration-token create", "for one app, today"],
			['registration-token create --uses 20 --expires 30d --note "the partner\'s tests"', "for twenty apps within a month"],
			["registration-token create --json | jq -r .token", "for a script"],
		],
		run(input, context) {
			const about = { uses: usesOf(input), lifetime: lifetimeOf(input), ...noteOf(input) };
			return onStore(
				input,
				context,
				async (ground, now, { registration }) => {
					const { made, token } = await createRegistrationToken(ground, about, now);
					const off = "Clients cannot register themselves yet: set `registration.dynamic` to `token`, and restart.";
					return {
						json: { ...tokenJson(made), token },
						text: `token: ${token}`,
						beside: registration.dynamic === "off" ? `${shownOnce}\n${off}` : shownOnce,
					};
				},
				{ make: true },
			);
		},
	},
	{
		name: "registration-token list",
		alsoCalled: ["ls", "show"],
		does: "show these tokens, newest first, without what works as one",
		examples: [["registration-token list", "which there are, and what each still allows"]],
		run: (input, context) =>
			onStore(input, context, async (ground, now) => {
				const tokens = await listRegistrationTokens(ground, now);
				const cells = tokens.map((token) => [
					token.id,
					token.state,
					String(token.usesLeft),
					when(token.createdAt),
					when(token.expiresAt),
					token.note ?? "",
				]);
				const none = "there are no registration tokens: `gatehouse registration-token create` makes one";
				return {
					json: tokens.map((token) => ({ ...tokenJson(token), state: token.state })),
					text: table([whole("ID"), "STATE", "USES LEFT", "CREATED", "EXPIRES", "NOTE"], cells, none),
				};
			}),
	},
	{
		name: "registration-token revoke",
		alsoCalled: ["delete", "remove", "rm", "end"],
		words: "[id]",
		does: "revoke such a token: it registers nobody any more",
		examples: [
			["registration-token revoke", "choose which"],
			["registration-token revoke 01a1fdfa-4600-76f1-9e7c-ed00ff1ce50b", "this one"],
		],
		async run(input, context) {
			const id = await registrationTokenOf(input, context);
			return onStore(input, context, async (ground, now) => {
				await revokeRegistrationToken(ground, id, now);
				return {
					json: { id, revoked: true },
					text: `the registration token ${id} is revoked`,
					beside: "Apps that it registered stay: `gatehouse client list` shows them, `gatehouse client remove` takes one away.",
				};
			});
		},
	},
];
