import { describe, expect, test } from "vitest";
import type { Grant } from "../../model/index.ts";
import { aPerson, aSession, day, event, hour, id, minute, type Open, sessionEnded, t0, world } from "./world.ts";

type World = Awaited<ReturnType<typeof world>>;

/** Whatever ends what a grant stands for, by the name of the refusal. */
const endings: readonly (readonly [string, (w: World) => Promise<unknown>])[] = [
	["session_ended", (w) => w.other.sessions.end(w.session.id, t0 + 1, [])],
	["person_disabled", (w) => w.other.people.setEnabled(w.person.id, { held: true }, t0 + 1, [], sessionEnded)],
	[
		"person_disabled",
		(w) => w.other.people.setPassword(w.person.id, { kind: "password", hash: "h" }, { endEverything: true }, t0 + 1, [], sessionEnded),
	],
	["client_disabled", (w) => w.other.clients.put({ ...w.client, held: true }, [])],
	["client_disabled", (w) => w.other.clients.put({ ...w.client, metadata: { ...w.client.metadata, enabled: false } }, [])],
	["client_disabled", (w) => w.other.clients.remove(w.client.id, [])],
	["consent_withdrawn", (w) => w.other.consents.withdraw(w.person.id, w.client.id, t0 + 1, [])],
	["epoch", (w) => w.other.settings.raiseEpoch([])],
];

export function grantContract(open: Open): void {
	describe("grants", () => {
		test("a code is redeemed into its row, with its event", async () => {
			const { one, other, grant, redemption, person, session, told } = await world(open);
			const made = grant({ claims: '{"userinfo":{}}', resourceNamed: true, offline: true, amr: ["pwd", "otp"] });
			const result = await one.grants.redeem(redemption(made));
			const { endedAt, expiresAt, lastUsedAt, amr, authTime } = session;
			const standing = {
				grant: made,
				epoch: 1,
				session: { expiresAt, lastUsedAt, amr, authTime, ...(endedAt === undefined ? {} : { endedAt }) },
				clientEnabled: true,
				consent: undefined,
			};
			expect(result).toMatchObject({ kind: "redeemed", standing: { ...standing, person: { id: person.id, groups: ["sales"] } } });
			expect(await other.grants.find(made.id)).toEqual(result.kind === "redeemed" && result.standing);
			expect(await told({ grantId: made.id })).toEqual(["code.redeemed"]);
			expect(await other.grants.find(id())).toBeUndefined();
		});

		test("D2 a second use ends the family; the same operation again does not", async () => {
			const { one, other, grant, redemption, told } = await world(open);
			const made = grant();
			expect((await one.grants.redeem(redemption(made))).kind).toBe("redeemed");
			expect((await one.grants.redeem(redemption(made))).kind).toBe("redeemed");
			expect((await other.grants.find(made.id))?.grant.revokedAt).toBeUndefined();
			expect((await other.grants.redeem(redemption({ ...made, redeemedBy: id() }, t0 + 7))).kind).toBe("replayed");
			expect((await other.grants.find(made.id))?.grant.revokedAt).toBe(t0 + 7);
			expect((await one.grants.redeem(redemption({ ...made, redeemedBy: id() }))).kind).toBe("revoked");
			expect((await one.grants.redeem(redemption(made))).kind).toBe("revoked");
			expect(await told({ grantId: made.id })).toEqual(["code.redeemed", "code.replayed"]);
		});

		test("I1 a second use ends the family even when what the code stood for has ended", async () => {
			const { one, session, redemption, redeemed } = await world(open);
			const made = await redeemed({ offline: true });
			await one.sessions.end(session.id, t0, []);
			expect((await one.grants.redeem(redemption({ ...made, redeemedBy: id() }))).kind).toBe("replayed");
			expect((await one.grants.rotate(made.id, 1, id(), t0)).kind).toBe("lost");
		});

		test.each(endings)("TK-17 a code whose conditions have failed (%s) is refused, and nothing is written", async (reason, end) => {
			const w = await world(open);
			const [early, late] = [w.grant({ offline: true }), w.grant({ offline: true })];
			expect((await w.one.grants.redeem(w.redemption(early, t0 + 1))).kind).toBe("redeemed");
			await end(w);
			expect(await w.one.grants.redeem(w.redemption(late, t0 + 1))).toEqual({ kind: "refused", reason });
			expect([await w.one.grants.find(late.id), await w.told({ grantId: late.id })]).toEqual([undefined, []]);
		});

		test.each(endings)(
			"I3 a family whose conditions have failed (%s) rotates no more, an offline one without its session alone",
			async (reason, end) => {
				const w = await world(open);
				const [online, offline] = [await w.redeemed(), await w.redeemed({ offline: true })];
				await end(w);
				const lost = await w.one.grants.rotate(online.id, 1, id(), t0 + 1);
				expect(lost).toMatchObject({ kind: "lost", standing: { grant: { generation: 1 } } });
				expect((await w.one.grants.rotate(offline.id, 1, id(), t0 + 1)).kind).toBe(reason === "session_ended" ? "rotated" : "lost");
			},
		);

		test("consent must cover the scope where it is needed, and only there", async () => {
			const { one, person, client, redeemed, redemption, grant } = await world(open);
			expect(await one.grants.redeem(redemption(grant({ needsConsent: true })))).toEqual({ kind: "refused", reason: "consent_withdrawn" });
			await one.consents.add(person.id, client.id, ["crm.read"], t0, []);
			expect((await one.grants.redeem(redemption(grant({ needsConsent: true })))).kind, "who it is, is allowed too").toBe("refused");
			await one.consents.add(person.id, client.id, ["openid", "crm.read"], t0, []);
			const made = await redeemed({ needsConsent: true });
			expect((await one.grants.rotate(made.id, 1, id(), t0)).kind).toBe("rotated");
			expect((await one.grants.redeem(redemption(grant({ needsConsent: true, scope: ["openid", "crm.write"] })))).kind).toBe("refused");
			await redeemed();
			await one.consents.withdraw(person.id, client.id, t0, []);
			await one.consents.add(person.id, client.id, ["openid", "crm.read"], t0, []);
			expect((await one.grants.rotate(made.id, 2, id(), t0)).kind).toBe("lost");
			await redeemed({ needsConsent: true, consentEpoch: 1 });
		});

		test("a session that idled away refuses the code, one in use does not", async () => {
			const { one, redemption, grant, session } = await world(open);
			expect(await one.grants.redeem(redemption(grant(), t0 + 8 * hour))).toEqual({ kind: "refused", reason: "session_ended" });
			await one.sessions.touch(session.id, t0 + hour);
			expect((await one.grants.redeem(redemption(grant(), t0 + 8 * hour))).kind).toBe("redeemed");
		});

		test("redeeming, and refreshing an online family, keep the session from idling, at most once a minute", async () => {
			const { one, redemption, grant, session, redeemed } = await world(open);
			const used = async () => (await one.sessions.find(session.id))?.session.lastUsedAt;
			const [online, offline] = [await redeemed(), await redeemed({ offline: true })];
			await one.grants.redeem(redemption(grant(), t0 + minute - 1));
			expect(await used()).toBe(t0);
			await one.grants.redeem(redemption(grant(), t0 + minute));
			expect(await used()).toBe(t0 + minute);
			await one.grants.rotate(offline.id, 1, id(), t0 + hour);
			expect(await used()).toBe(t0 + minute);
			await one.grants.rotate(online.id, 1, id(), t0 + hour);
			expect(await used()).toBe(t0 + hour);
		});

		test("a rotation makes the next generation current and remembers when", async () => {
			const { one, other, redeemed } = await world(open);
			const made = await redeemed();
			const [first, second] = [id(), id()];
			const rotated = await one.grants.rotate(made.id, 1, first, t0 + 5);
			const grant: Grant = { ...made, generation: 2, rotatedAt: t0 + 5, previousRotatedAt: t0, rotatedBy: first };
			expect(rotated).toEqual({ kind: "rotated", grant });
			expect(await one.grants.rotate(made.id, 1, first, t0 + 6)).toEqual({ kind: "rotated", grant });
			expect(await one.grants.rotate(made.id, 1, second, t0 + 6)).toMatchObject({ kind: "lost", standing: { grant } });
			expect(await one.grants.rotate(made.id, 2, second, t0 + 9)).toMatchObject({
				kind: "rotated",
				grant: { generation: 3, previousRotatedAt: t0 + 5 },
			});
			expect((await one.grants.rotate(made.id, 1, first, t0 + 9)).kind).toBe("lost");
			expect((await other.grants.find(made.id))?.grant).toMatchObject({ generation: 3, rotatedAt: t0 + 9, rotatedBy: second });
			expect(await one.grants.rotate(id(), 1, id(), t0)).toEqual({ kind: "lost", standing: undefined });
		});

		test("a family idles away and ends, whatever its session does", async () => {
			const { one, redeemed } = await world(open);
			const idle = await redeemed({ offline: true });
			expect((await one.grants.rotate(idle.id, 1, id(), t0 + 14 * day)).kind).toBe("lost");
			expect((await one.grants.rotate(idle.id, 1, id(), t0 + 14 * day - 1)).kind).toBe("rotated");
			const old = await redeemed({ offline: true, expiresAt: t0 + day });
			expect((await one.grants.rotate(old.id, 1, id(), t0 + day)).kind).toBe("lost");
		});

		test("a family is ended once", async () => {
			const { one, other, redeemed, told } = await world(open);
			const made = await redeemed();
			const tell = () => [event("grant.revoked", { grantId: made.id })];
			expect(await one.grants.revoke(made.id, t0 + 1, tell())).toBe(true);
			expect(await other.grants.revoke(made.id, t0 + 2, tell())).toBe(false);
			expect(await one.grants.revoke(id(), t0, tell())).toBe(false);
			expect((await other.grants.find(made.id))?.grant.revokedAt).toBe(t0 + 1);
			expect((await one.grants.rotate(made.id, 1, id(), t0 + 2)).kind).toBe("lost");
			expect(await told({ grantId: made.id })).toEqual(["code.redeemed", "grant.revoked"]);
		});

		test("D2 a burnt code is never redeemed; one that was redeemed is not burnt, and its misuse is told once", async () => {
			const { one, other, grant, redemption, redeemed, told } = await world(open);
			const burnt = grant();
			const burn = (about: typeof burnt, at = one) =>
				at.grants.burn(about, t0 + 1, {
					burnt: event("code.burnt", { grantId: about.id }),
					misuse: event("code.misuse", { grantId: about.id }),
				});
			expect(await burn(burnt)).toBe("burnt");
			expect(await other.grants.redeem(redemption(burnt))).toEqual({ kind: "revoked" });
			expect((await other.grants.find(burnt.id))?.grant.revokedAt).toBe(t0 + 1);
			expect(await told({ grantId: burnt.id })).toEqual(["code.burnt"]);
			const used = await redeemed();
			expect([await burn(used), await burn(used, other), await burn(used)]).toEqual(["redeemed", "redeemed", "redeemed"]);
			expect((await one.grants.find(used.id))?.grant.revokedAt).toBeUndefined();
			expect((await one.grants.rotate(used.id, 1, id(), t0 + 1)).kind).toBe("rotated");
			expect(await told({ grantId: used.id })).toEqual(["code.redeemed", "code.misuse"]);
		});

		test("something is noted about a grant once for each type, and about no grant never", async () => {
			const { one, other, redeemed, told } = await world(open);
			const made = await redeemed();
			for (const type of ["refresh.stale", "refresh.stale", "store.regressed", "refresh.stale"] as const) {
				await one.grants.note(made.id, event(type, { grantId: made.id }));
				await other.grants.note(made.id, event(type, { grantId: made.id }));
			}
			expect(await told({ grantId: made.id })).toEqual(["code.redeemed", "refresh.stale", "store.regressed"]);
			const nowhere = id();
			await one.grants.note(nowhere, event("refresh.stale", { grantId: nowhere }));
			expect(await told({ grantId: nowhere })).toEqual([]);
		});

		test("D9 what was made before the epoch was raised is dead, what is made after lives", async () => {
			const { one, other, person, session, redeemed, redemption, grant } = await world(open);
			const before = await redeemed({ offline: true });
			const epoch = await other.settings.raiseEpoch([event("epoch.raised")]);
			expect((await one.grants.rotate(before.id, 1, id(), t0)).kind).toBe("lost");
			expect((await one.sessions.find(session.id))?.epoch).toBe(epoch);
			const again = await one.sessions.begin(aSession(person.id, { replaces: session.id }), t0 + 1, () => []);
			expect(again?.continued).toBe(false);
			const after = grant({ epoch, sessionId: again?.session.id ?? "" });
			expect((await one.grants.redeem(redemption(after, t0 + 1))).kind).toBe("redeemed");
			expect((await one.grants.rotate(after.id, 1, id(), t0 + 1)).kind).toBe("rotated");
		});

		test("a grant of a person or client that is not there is refused", async () => {
			const { one, redemption, grant, person } = await world(open);
			expect(await one.grants.redeem(redemption(grant({ personId: id() })))).toMatchObject({ kind: "refused" });
			expect(await one.grants.redeem(redemption(grant({ clientId: id() })))).toMatchObject({ kind: "refused" });
			expect(await one.grants.redeem(redemption(grant({ sessionId: id() })))).toMatchObject({ kind: "refused" });
			const bob = aPerson();
			await one.people.add(bob, undefined, []);
			expect((await one.grants.redeem(redemption(grant({ personId: person.id })))).kind).toBe("redeemed");
		});
	});
}
