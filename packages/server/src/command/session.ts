import { endSession, endSessionsOf, type LiveSession, listSessions } from "../management/sessions.ts";
import { browserWords } from "../model/index.ts";
import { heldTokens } from "./held-tokens.ts";
import { limitOf, limitOption } from "./limit.ts";
import { onStore } from "./on-store.ts";
import { instant, minute, table } from "./table.ts";
import { optionOf, UsageError, type Verb } from "./verb.ts";

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

const offlineGoesOn = "What a person allows an app while they are away (`offline_access`) goes on: `gatehouse consent revoke` ends it.";

export const sessionVerbs: readonly Verb[] = [
	{
		name: "session list",
		does: "show who is signed in, newest first",
		options: [["--user <name>", "of this person alone"], limitOption],
		run(input, context) {
			const limit = limitOf(input);
			return onStore(input, context, async (ground, now) => {
				const sessions = await listSessions(ground, optionOf(input, "user"), limit, now);
				const cells = sessions.map((s) => [
					s.id,
					s.username,
					minute(s.authTime),
					minute(s.lastUsedAt),
					browserWords(s.userAgent ?? ""),
					s.network ?? "",
				]);
				return {
					json: sessions.map(sessionJson),
					text: table(["SID", "USER NAME", "SIGNED IN", "LAST USED", "BROWSER", "NETWORK"], cells, "nobody is signed in"),
				};
			});
		},
	},
	{
		name: "session end",
		words: "[sid]",
		does: "end one session, or with --user all of a person",
		options: [["--user <name>", "all sessions of this person"]],
		run(input, context) {
			const [sid] = input.words;
			const name = optionOf(input, "user");
			if ((sid === undefined) === (name === undefined))
				throw new UsageError("say which: `gatehouse session end SID`, or `gatehouse session end --user NAME`");
			return onStore(input, context, async (ground, now) => {
				if (sid !== undefined) await endSession(ground, sid, now);
				const ended = sid !== undefined ? [sid] : await endSessionsOf(ground, name ?? "", now);
				return {
					json: { ended },
					text: ended.length === 1 ? "one session ended" : `${ended.length} sessions ended`,
					...(ended.length > 0 && { beside: `${await heldTokens(ground, "their")}\n${offlineGoesOn}` }),
				};
			});
		},
	},
];
