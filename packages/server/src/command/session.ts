import { readReceipt, type ToldApp } from "../management/receipt.ts";
import { endSession, endSessionsOf, findSession, type LiveSession, listSessions } from "../management/sessions.ts";
import { browserWords, registryOf, resolveClient } from "../model/index.ts";
import { askToGoOn, yesOption } from "./ask.ts";
import { sessionOf } from "./choose.ts";
import type { CommandContext } from "./context.ts";
import { heldTokens } from "./held-tokens.ts";
import { cutOff, limitOf, limitOption } from "./limit.ts";
import { onStore } from "./on-store.ts";
import { type Cell, table, when, whole } from "./table.ts";
import { instant } from "./time.ts";
import { type Answer, type Input, optionOf, UsageError, type Verb } from "./verb.ts";

function sessionJson(session: LiveSession) {
	return {
		sid: session.id,
		username: session.username,
		sub: session.personId,
		auth_time: instant(session.authTime),
		amr: session.amr,
		created_at: instant(session.createdAt),
		last_used_at: instant(session.lastUsedAt),
		expires_at: instant(session.expiresAt),
		...(session.userAgent !== undefined && { user_agent: session.userAgent }),
		...(session.network !== undefined && { network: session.network }),
	};
}

function toldJson({ clientId, client, state, attempts, dueAt, settledAt, reason }: ToldApp) {
	return {
		client_id: clientId,
		...(client && { client_name: client.name }),
		state,
		attempts,
		...(dueAt !== undefined && { next_attempt_at: instant(dueAt) }),
		...(settledAt !== undefined && { settled_at: instant(settledAt) }),
		...(reason !== undefined && { reason }),
	};
}

function toldCells({ clientId, client, state, attempts, dueAt, settledAt, reason = "" }: ToldApp): readonly Cell[] {
	const why = state === "untold" ? "it has no backchannel_logout_uri" : reason;
	return [clientId, client?.name ?? "", state, attempts === 0 ? "" : String(attempts), when(settledAt), when(dueAt), why];
}

const offlineGoesOn = "What a person allows an app while they are away (`offline_access`) goes on: `gatehouse consent revoke` ends it.";

export const sessionVerbs: readonly Verb[] = [
	{
		name: "session list",
		alsoCalled: ["ls", "show"],
		does: "show who is signed in, newest first",
		options: [["--user <name>", "of this person alone"], limitOption],
		examples: [
			["session list", "who is signed in, and where"],
			["session list --user alice", "the browsers of alice"],
		],
		run(input, context) {
			const limit = limitOf(input);
			return onStore(input, context, async (ground, now) => {
				const sessions = await listSessions(ground, optionOf(input, "user"), limit, now);
				const cells = sessions.map((s) => [
					s.id,
					s.username,
					when(s.authTime),
					when(s.lastUsedAt),
					browserWords(s.userAgent ?? ""),
					s.network ?? "",
				]);
				return {
					json: sessions.map(sessionJson),
					text: table([whole("SID"), "USER NAME", "SIGNED IN", "LAST USED", "BROWSER", "NETWORK"], cells, "nobody is signed in"),
					...cutOff(sessions.length, limit),
				};
			});
		},
	},
	{
		name: "session receipt",
		alsoCalled: ["logouts", "told"],
		words: "[sid]",
		does: "show which apps were told that a session ended, and which could not be",
		examples: [["session receipt 01a1fdfa-4600-76f1-9e7c-ed00ff1ce50b", "who knows that it ended"]],
		run(input, context) {
			const [sid] = input.words;
			if (sid === undefined) throw new UsageError("SID is missing: `gatehouse event list --type session.ended --json` shows which ended");
			return onStore(input, context, async (ground) => {
				const { session, person } = await findSession(ground, sid);
				const clients = (await ground.clients.all()).map(resolveClient);
				const apps = await readReceipt(sid, { logouts: ground.logouts, registry: () => registryOf(0, clients, []) });
				const none = session.endedAt === undefined ? "it was not ended, so nobody is told" : "no app took part in it";
				return {
					json: {
						...{ sid, username: person.username, sub: person.id },
						...(session.endedAt !== undefined && { ended_at: instant(session.endedAt) }),
						apps: apps.map(toldJson),
					},
					text: table([whole("CLIENT ID"), "NAME", "STATE", "ATTEMPTS", "SETTLED", "NEXT", "WHY"], apps.map(toldCells), none),
				};
			});
		},
	},
	{
		name: "session end",
		alsoCalled: ["kill", "revoke", "delete", "remove", "rm", "logout"],
		words: "[sid]",
		does: "end one session, or with --user all of a person",
		options: [["--user <name>", "all sessions of this person"], yesOption],
		examples: [
			["session end", "choose which"],
			["session end 01a1fdfa-4600-76f1-9e7c-ed00ff1ce50b", "this one"],
			["session end --user alice", "sign alice out everywhere"],
		],
		async run(input, context) {
			const [sid] = input.words;
			const name = optionOf(input, "user");
			if (sid !== undefined && name !== undefined)
				throw new UsageError("a SID or --user, not both: `gatehouse session end SID`, or `gatehouse session end --user NAME`");
			return name === undefined ? endOne(sid ?? (await sessionOf(input, context)), input, context) : endAll(name, input, context);
		},
	},
];

function endOne(sid: string, input: Input, context: CommandContext): Promise<Answer> {
	return onStore(input, context, async (ground, now) => {
		await endSession(ground, sid, now);
		return ended([sid], await heldTokens(ground, "its"));
	});
}

async function endAll(name: string, input: Input, context: CommandContext): Promise<Answer> {
	const { length } = await onStore(input, context, (ground, now) => listSessions(ground, name, 1000, now));
	if (length > 1) await askToGoOn(input, context, `End ${length} sessions of ${name}?`);
	return onStore(input, context, async (ground, now) => ended(await endSessionsOf(ground, name, now), await heldTokens(ground, "their")));
}

function ended(sids: readonly string[], held: string): Answer {
	return {
		json: { ended: sids },
		text: sids.length === 1 ? "one session ended" : `${sids.length} sessions ended`,
		...(sids.length > 0 && { beside: `${held}\n${offlineGoesOn}` }),
	};
}
