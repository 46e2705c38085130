import { describe, expect, test } from "vitest";
import { aRegistration, aToken } from "./registrations.ts";
import { aKey, aPerson, aSession, event, hour, id, type Open, sessionEnded, t0, world } from "./world.ts";

type World = Awaited<ReturnType<typeof world>>;

const password = { kind: "password", hash: "$argon2id$2" } as const;

interface Case {
	/** What it does, once. */
	readonly act: (w: World) => Promise<unknown>;
	/** What it must answer, in part. */
	readonly answer: unknown;
	/** What must be there afterwards. */
	readonly after?: (w: World) => Promise<unknown>;
	readonly found?: unknown;
	/** The events that tell of it, oldest first. */
	readonly told: readonly string[];
}

/** A session that ended, of which one client is to be told. */
async function toTell(w: World): Promise<void> {
	await w.one.clients.put({ ...w.client, metadata: { ...w.client.metadata, backchannel_logout_uri: "https://rp.example/out" } }, []);
	await w.redeemed();
	await w.one.sessions.end(w.session.id, t0, []);
}

/** Every verb that must happen once, with the answer of its COMMIT lost. */
const cases: Readonly<Record<string, Case>> = {
	"redeeming a code": {
		act: (w) => w.one.grants.redeem(w.redemption()),
		answer: { kind: "redeemed", standing: { grant: { generation: 1 }, clientEnabled: true } },
		told: ["code.redeemed"],
	},
	"the second use of a code": {
		act: async (w) => {
			const made = w.grant();
			await w.other.grants.redeem(w.redemption(made));
			w.loseNextCommit();
			return w.one.grants.redeem(w.redemption({ ...made, redeemedBy: id() }));
		},
		answer: { kind: "replayed" },
		told: ["code.redeemed", "code.replayed"],
	},
	"burning a code": {
		act: (w) => w.one.grants.burn(w.grant(), t0, { burnt: event("code.burnt"), misuse: event("code.misuse") }),
		answer: "burnt",
		told: ["code.burnt"],
	},
	"misuse of a code": {
		act: async (w) => {
			const made = await w.redeemed();
			w.loseNextCommit();
			return w.one.grants.burn(made, t0, { burnt: event("code.burnt"), misuse: event("code.misuse") });
		},
		answer: "redeemed",
		told: ["code.redeemed", "code.misuse"],
	},
	"rotating a token": {
		act: async (w) => {
			const made = await w.redeemed();
			w.loseNextCommit();
			return w.one.grants.rotate(made.id, 1, id(), t0 + 5);
		},
		answer: { kind: "rotated", grant: { generation: 2, rotatedAt: t0 + 5, previousRotatedAt: t0 } },
		told: ["code.redeemed"],
	},
	"revoking a grant": {
		act: async (w) => {
			const made = await w.redeemed();
			w.loseNextCommit();
			return w.one.grants.revoke(made.id, t0, [event("grant.revoked")]);
		},
		answer: true,
		told: ["code.redeemed", "grant.revoked"],
	},
	"noting about a grant": {
		act: async (w) => {
			const made = await w.redeemed();
			w.loseNextCommit();
			return w.one.grants.note(made.id, event("refresh.stale"));
		},
		answer: undefined,
		told: ["code.redeemed", "refresh.stale"],
	},
	"a sign-in": {
		act: (w) => w.one.sessions.begin(aSession(w.person.id), t0, () => [event("session.started")]),
		answer: { continued: false, ended: [] },
		after: (w) => w.one.sessions.list({ limit: 9, now: t0 }),
		found: { length: 2 },
		told: ["session.started"],
	},
	"a sign-in on a live session": {
		act: (w) =>
			w.one.sessions.begin(aSession(w.person.id, { replaces: w.session.id }), t0 + hour, () => [event("session.reauthenticated")]),
		answer: { continued: true, ended: [], session: { authTime: t0 + hour } },
		after: (w) => w.one.sessions.list({ limit: 9, now: t0 + hour }),
		found: { length: 1 },
		told: ["session.reauthenticated"],
	},
	"a sign-in in place of another person's": {
		act: async (w) => {
			const bob = aPerson();
			await w.other.people.add(bob, undefined, []);
			w.loseNextCommit();
			return w.one.sessions.begin(aSession(bob.id, { replaces: w.session.id }), t0, ({ ended }) => [
				event("session.started"),
				...ended.map((sessionId) => event("session.ended", { sessionId })),
			]);
		},
		answer: { continued: false, ended: { length: 1 } },
		told: ["session.started", "session.ended"],
	},
	"ending a session": {
		act: (w) => w.one.sessions.end(w.session.id, t0, [event("session.ended")]),
		answer: true,
		told: ["session.ended"],
	},
	"ending all sessions": {
		act: (w) => w.one.sessions.endAll(w.person.id, t0, () => event("session.ended")),
		answer: { length: 1 },
		told: ["session.ended"],
	},
	"ending a session in which somebody took part who cannot be told": {
		act: async (w) => {
			await w.redeemed();
			w.loseNextCommit();
			return w.one.sessions.end(w.session.id, t0, [event("session.ended", { sessionId: w.session.id })]);
		},
		answer: true,
		after: (w) => w.other.logouts.ofSession(w.session.id),
		found: [{ state: "untold" }],
		told: ["code.redeemed", "session.ended", "logout.untold"],
	},
	"taking what is to be told": {
		act: async (w) => {
			await toTell(w);
			w.loseNextCommit();
			return w.one.logouts.take(t0, t0 + hour, []);
		},
		answer: [{ attempts: 1, dueAt: t0 + hour }],
		after: (w) => w.other.logouts.take(t0, t0 + hour, []),
		found: { length: 0 },
		told: ["code.redeemed"],
	},
	"settling what was told": {
		act: async (w) => {
			await toTell(w);
			w.loseNextCommit();
			return w.one.logouts.settle(w.session.id, w.client.id, { state: "confirmed", at: t0 }, [event("logout.confirmed")]);
		},
		answer: true,
		after: (w) => w.other.logouts.ofSession(w.session.id),
		found: [{ state: "confirmed" }],
		told: ["code.redeemed", "logout.confirmed"],
	},
	"adding a person": {
		act: (w) => w.one.people.add(aPerson(), password, [event("person.added")]),
		answer: "added",
		told: ["person.added"],
	},
	"adding a person of whom nothing is told": {
		act: (w) => w.one.people.add(aPerson(), password, []),
		answer: "added",
		told: [],
	},
	"changing a person": {
		act: (w) => w.one.people.change(w.person.id, { username: "renamed", now: t0 }, [event("person.changed")]),
		answer: "changed",
		told: ["person.changed"],
	},
	"setting one's own password": {
		act: (w) =>
			w.one.people.setPassword(
				w.person.id,
				password,
				{ endEverything: false, keep: w.session.id, secretHash: new Uint8Array([1]), passwordVersion: 0 },
				t0,
				[event("person.password_changed")],
				sessionEnded,
			),
		answer: true,
		after: (w) => w.one.people.find(w.person.id),
		found: { passwordVersion: 1, epoch: 0 },
		told: ["person.password_changed"],
	},
	"setting a password": {
		act: (w) =>
			w.one.people.setPassword(w.person.id, password, { endEverything: true }, t0, [event("person.password_changed")], sessionEnded),
		answer: true,
		after: (w) => w.one.people.find(w.person.id),
		found: { passwordVersion: 1, epoch: 1 },
		told: ["person.password_changed", "session.ended"],
	},
	"switching a person off": {
		act: (w) => w.one.people.setEnabled(w.person.id, { held: true }, t0, [event("person.disabled")], sessionEnded),
		answer: true,
		after: (w) => w.one.people.find(w.person.id),
		found: { epoch: 1 },
		told: ["person.disabled", "session.ended"],
	},
	"adding to a consent": {
		act: (w) => w.one.consents.add(w.person.id, w.client.id, ["email"], t0, [event("consent.granted")]),
		answer: { scope: new Set(["email"]), epoch: 0 },
		told: ["consent.granted"],
	},
	"withdrawing a consent": {
		act: (w) => w.one.consents.withdraw(w.person.id, w.client.id, t0, [event("consent.withdrawn")]),
		answer: undefined,
		after: (w) => w.one.consents.find(w.person.id, w.client.id),
		found: { epoch: 1 },
		told: ["consent.withdrawn"],
	},
	"putting a client": {
		act: (w) => w.one.clients.put(w.client, [event("client.changed")]),
		answer: undefined,
		told: ["client.changed"],
	},
	"removing a client": {
		act: (w) => w.one.clients.remove(w.client.id, [event("client.removed")]),
		answer: true,
		told: ["client.removed"],
	},
	"noting a refused guess": {
		act: (w) => w.one.guesses.noteRefused(w.person.id, { at: t0, door: "sign-in", traceId: "t", network: "192.0.2.0/24" }),
		answer: undefined,
		after: (w) => w.other.guesses.refused(w.person.id),
		found: { length: 1 },
		told: [],
	},
	"using once": {
		act: (w) => w.one.usedOnce.use("client_assertion", "name", t0 + hour, id(), t0),
		answer: true,
		after: (w) => w.other.usedOnce.use("client_assertion", "name", t0 + hour, id(), t0),
		found: false,
		told: [],
	},
	"denying a token": {
		act: (w) => w.one.deniedTokens.deny("grant.random", t0, [event("access_token.revoked")]),
		answer: undefined,
		after: (w) => w.other.deniedTokens.isDenied("grant.random"),
		found: true,
		told: ["access_token.revoked"],
	},
	"putting keys": {
		act: (w) => w.one.keys.put([aKey()], [event("key.added")], 0),
		answer: true,
		after: (w) => w.one.keys.version(),
		found: 1,
		told: ["key.added"],
	},
	"registering a client with a token": {
		act: async (w) => {
			const token = aToken({ usesLeft: 2 });
			await w.other.registrations.addToken(token, []);
			const { row, registration } = aRegistration({ registrationTokenId: token.id });
			w.loseNextCommit();
			const result = await w.one.registrations.register(row, registration, { limit: 9, now: t0 }, [event("client.registered")]);
			return { result, left: (await w.other.registrations.findToken(token.id))?.usesLeft, count: await w.other.registrations.count() };
		},
		answer: { result: "registered", left: 1, count: 1 },
		told: ["client.registered"],
	},
	"changing a registration": {
		act: async (w) => {
			const { row, registration } = aRegistration();
			await w.other.registrations.register(row, registration, { limit: 9, now: t0 }, []);
			w.loseNextCommit();
			return w.one.registrations.update({ ...row, updatedAt: t0 + 1 }, row, { askAnew: true }, [event("client.changed")]);
		},
		answer: "updated",
		told: ["client.changed"],
	},
	"removing a registration": {
		act: async (w) => {
			const { row, registration } = aRegistration();
			await w.other.registrations.register(row, registration, { limit: 9, now: t0 }, []);
			w.loseNextCommit();
			return w.one.registrations.remove(row.id, [event("client.removed")]);
		},
		answer: true,
		told: ["client.removed"],
	},
	"adding an initial access token": {
		act: (w) => w.one.registrations.addToken(aToken(), [event("registration_token.created")]),
		answer: undefined,
		after: (w) => w.other.registrations.tokens(),
		found: { length: 1 },
		told: ["registration_token.created"],
	},
	"revoking an initial access token": {
		act: async (w) => {
			const token = aToken();
			await w.other.registrations.addToken(token, []);
			w.loseNextCommit();
			return w.one.registrations.revokeToken(token.id, t0, [event("registration_token.revoked")]);
		},
		answer: true,
		told: ["registration_token.revoked"],
	},
	"raising the epoch": {
		act: (w) => w.one.settings.raiseEpoch([event("epoch.raised")]),
		answer: 2,
		after: (w) => w.one.settings.epoch(),
		found: 2,
		told: ["epoch.raised"],
	},
};

export function lostCommitContract(open: Open): void {
	describe("when the answer to COMMIT is lost", () => {
		test.each(Object.entries(cases))(
			"F-23 %s knows its own retry: it happens once, is told once, and answers as if nothing was lost",
			async (_, { act, answer, after, found, told }) => {
				const w = await world(open);
				w.loseNextCommit();
				const result = await act(w);
				if (answer !== null && typeof answer === "object") expect(result).toMatchObject(answer);
				else expect(result).toBe(answer);
				if (after) {
					const there = await after(w);
					if (found !== null && typeof found === "object") expect(there).toMatchObject(found);
					else expect(there).toBe(found);
				}
				expect((await w.other.events.list({ limit: 99 })).map(({ type }) => type).toReversed()).toEqual(told);
			},
		);

		test("F-23 none of those who shared the lost COMMIT is harmed, and the family of a code lives", async () => {
			const w = await world(open);
			const grants = Array.from({ length: 20 }, () => w.grant());
			w.loseNextCommit();
			const results = await Promise.all(grants.map((grant) => w.one.grants.redeem(w.redemption(grant))));
			expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["redeemed"]));
			expect(await w.other.events.list({ limit: 99, type: "code.redeemed" })).toHaveLength(20);
			for (const { id: grantId } of grants) expect((await w.other.grants.rotate(grantId, 1, id(), t0)).kind).toBe("rotated");
		});
	});
}
