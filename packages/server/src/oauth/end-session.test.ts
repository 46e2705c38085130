import { parseParameters } from "@gatehouse/protocol";
import { expect, test } from "vitest";
import { registryOf, resolveClient, type SessionStanding } from "../model/index.ts";
import { decideEndSession } from "./end-session.ts";

const client = resolveClient({
	id: "portal",
	metadata: { client_id: "portal", redirect_uris: ["https://portal.test/cb"] },
	secrets: [],
	managedBy: "file",
	held: false,
	createdAt: 0,
	updatedAt: 0,
});
const session = { session: { id: "s" }, person: { id: "alice" } } as SessionStanding;

/** What comes of a genuine hint that says this. */
const kindFor = (hint: { readonly sub: string; readonly sid?: string; readonly aud?: string }) =>
	decideEndSession(
		parseParameters("id_token_hint=genuine"),
		session,
		{
			registry: () => registryOf(0, [client], []),
			subjectOf: (personId) => personId,
			verifyIdTokenHint: () => ({ aud: "portal", ...hint }),
		},
		0,
	).kind;

test("LO-03 I6 a hint ends a session unasked where session, person and client are those of the cookie, and nothing less", () => {
	expect(kindFor({ sub: "alice", sid: "s" })).toBe("end");
	for (const hint of [{ sub: "bob", sid: "s" }, { sub: "alice", sid: "t" }, { sub: "alice" }, { sub: "alice", sid: "s", aud: "gone" }])
		expect(kindFor(hint), JSON.stringify(hint)).toBe("confirm");
});
