import { parseParameters } from "@gatehouse/protocol";
import { expect, test } from "vitest";
import { registryOf, resolveClient, type SessionStanding } from "../model/index.ts";
import { decideEndSession } from "./end-session.ts";

const back = "https://portal.test/";
const client = resolveClient({
	id: "portal",
	metadata: { client_id: "portal", redirect_uris: ["https://portal.test/cb"], post_logout_redirect_uris: [back] },
	secrets: [],
	managedBy: "file",
	held: false,
	createdAt: 0,
	updatedAt: 0,
});
const session = { session: { id: "s" }, person: { id: "alice" } } as SessionStanding;
const genuine = { sub: "alice", sid: "s", aud: "portal" };

/** What comes of a request; `hint` is what its hint says, if it is genuine. */
function decide(
	text: string,
	hint?: { readonly sub: string; readonly sid?: string; readonly aud: string },
	known = client,
	at?: SessionStanding,
) {
	const ground = {
		registry: () => registryOf(0, [known], []),
		subjectOf: (personId: string) => personId,
		verifyIdTokenHint: () => hint,
	};
	return decideEndSession(parseParameters(text), at, ground, 0);
}

test("LO-03 I6 a hint ends a session unasked where session, person and client are those of the cookie, and nothing less", () => {
	expect(decide("id_token_hint=x", genuine, client, session).kind).toBe("end");
	const { sid: _, ...old } = genuine;
	for (const hint of [{ ...genuine, sub: "bob" }, { ...genuine, sid: "t" }, { ...genuine, aud: "gone" }, old])
		expect(decide("id_token_hint=x", hint, client, session).kind, JSON.stringify(hint)).toBe("confirm");
});

test("LO-01 I13 the way back is one of a client that is switched on, whom a genuine hint names, or `client_id` where there is no hint", () => {
	const to = `post_logout_redirect_uri=${encodeURIComponent(back)}`;
	for (const at of [undefined, session]) {
		expect(decide(`client_id=portal&${to}`, undefined, client, at).returnTo).toBe(back);
		expect(decide(`id_token_hint=x&${to}`, genuine, client, at).returnTo).toBe(back);
		expect(decide(`id_token_hint=x&client_id=portal&${to}`, genuine, client, at).returnTo).toBe(back);
		expect(decide(`id_token_hint=x&client_id=portal&${to}`, undefined, client, at).returnTo).toBeUndefined();
		expect(decide(`id_token_hint=x&client_id=other&${to}`, genuine, client, at).returnTo).toBeUndefined();
		const off = { ...client, enabled: false };
		expect(decide(`client_id=portal&${to}`, undefined, off, at).returnTo).toBeUndefined();
		expect(decide(`id_token_hint=x&${to}`, genuine, off, at).returnTo).toBeUndefined();
	}
});
