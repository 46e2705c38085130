import { describe, expect, test } from "vitest";
import type { Registration, RegistrationToken } from "../store.ts";
import { aClient, day, event, fifty, hour, id, type Open, secret, t0, tally, world } from "./world.ts";

const roomy = { limit: 1_000, now: t0 };

export function aRegistration(about: Partial<Registration> = {}): {
	readonly row: ReturnType<typeof aClient>;
	readonly registration: Registration;
} {
	const clientId = about.clientId ?? id();
	return {
		row: aClient({ id: clientId, metadata: { client_id: clientId, client_name: "Maker" } }),
		registration: { clientId, tokenHash: secret(), registeredAt: t0, lastUsedAt: t0, ...about },
	};
}

export function aToken(about: Partial<RegistrationToken> = {}): RegistrationToken {
	return { id: id(), tokenHash: secret(), usesLeft: 1, createdAt: t0, expiresAt: t0 + day, ...about };
}

const sinceNever = { used: Number.NEGATIVE_INFINITY, registered: Number.NEGATIVE_INFINITY };

export function registrationContract(open: Open): void {
	describe("registrations", () => {
		test("what was registered is found with its client, told, and known to caches on every replica", async () => {
			const { one, other, told } = await world(open);
			const { row, registration } = aRegistration();
			const before = await other.settings.version();
			const events = [event("client.registered", { clientId: row.id })];
			expect(await one.registrations.register(row, registration, roomy, events)).toBe("registered");
			const known = { registeredAt: t0, lastUsedAt: t0 };
			expect(await other.registrations.find(row.id)).toEqual({ registration, client: { ...row, registration: known } });
			expect(await other.clients.find(row.id)).toEqual({ ...row, registration: known });
			expect((await other.clients.all()).filter((client) => client.registration !== undefined)).toEqual([{ ...row, registration: known }]);
			expect(await other.settings.version()).toBeGreaterThan(before);
			expect(await told({ clientId: row.id })).toEqual(["client.registered"]);
			expect(await one.registrations.find("nobody")).toBeUndefined();
			expect(await other.registrations.count()).toBe(1);
		});

		test("DR-01 of fifty uses of a token at once exactly as many win as it has", async () => {
			const replicas = await world(open);
			const token = aToken({ usesLeft: 7 });
			await replicas.one.registrations.addToken(token, []);
			const results = await fifty(replicas, (store) => {
				const { row, registration } = aRegistration({ registrationTokenId: token.id });
				return store.registrations.register(row, registration, roomy, [event("client.registered", { clientId: row.id })]);
			});
			expect(tally(results)).toEqual({ registered: 7, refused: 43 });
			expect(await replicas.one.registrations.count()).toBe(7);
			expect(await replicas.other.registrations.findToken(token.id)).toEqual({ ...token, usesLeft: 0 });
			expect(await replicas.one.events.list({ limit: 99, type: "client.registered" })).toHaveLength(7);
		});

		test("a token that is over, revoked or unknown registers nobody, and loses nothing", async () => {
			const { one } = await world(open);
			const over = aToken({ expiresAt: t0 });
			const revoked = aToken({ revokedAt: t0 });
			const usedUp = aToken({ usesLeft: 0 });
			for (const token of [over, revoked, usedUp]) await one.registrations.addToken(token, []);
			for (const registrationTokenId of [over.id, revoked.id, usedUp.id, id()]) {
				const { row, registration } = aRegistration({ registrationTokenId });
				expect(await one.registrations.register(row, registration, roomy, [event("client.registered")])).toBe("refused");
				expect(await one.clients.find(row.id)).toBeUndefined();
			}
			expect(await one.registrations.tokens()).toEqual([usedUp, revoked, over]);
			expect(await one.events.list({ limit: 9, type: "client.registered" })).toEqual([]);
		});

		test("of fifty registrations at once no more than there is room for are made, and a token keeps its uses when there is none", async () => {
			const replicas = await world(open);
			const results = await fifty(replicas, (store) => {
				const { row, registration } = aRegistration();
				return store.registrations.register(row, registration, { limit: 10, now: t0 }, []);
			});
			expect(tally(results)).toEqual({ registered: 10, full: 40 });
			const token = aToken();
			await replicas.one.registrations.addToken(token, []);
			const { row, registration } = aRegistration({ registrationTokenId: token.id });
			expect(await replicas.one.registrations.register(row, registration, { limit: 10, now: t0 }, [])).toBe("full");
			expect(await replicas.one.registrations.findToken(token.id)).toEqual(token);
		});

		test("a change is made of what was seen, or not at all", async () => {
			const { one, other } = await world(open);
			const { row, registration } = aRegistration();
			await one.registrations.register(row, registration, roomy, []);
			const keep = { askAnew: false };
			const renamed = { ...row, metadata: { ...row.metadata, client_name: "Renamed" }, updatedAt: t0 + 1 };
			expect(await one.registrations.update(renamed, row, keep, [event("client.changed")])).toBe("updated");
			expect(await other.clients.find(row.id)).toMatchObject({ metadata: { client_name: "Renamed" } });
			expect(await other.registrations.update({ ...row, updatedAt: t0 + 2 }, row, keep, [event("client.changed")])).toBe("changed");
			await one.clients.put({ ...renamed, held: true }, []);
			expect(await other.registrations.update({ ...renamed, updatedAt: t0 + 2 }, renamed, keep, [event("client.changed")])).toBe("changed");
			expect(await one.clients.find(row.id)).toMatchObject({ held: true, metadata: { client_name: "Renamed" } });
			expect(await one.registrations.update(aRegistration().row, row, keep, [event("client.changed")])).toBe("gone");
			expect(await one.events.list({ limit: 9, type: "client.changed" })).toHaveLength(1);
		});

		test("where people are to be asked anew, what they allowed is taken back and its grants are dead", async () => {
			const { one, other, person, grant, redemption } = await world(open);
			const { row, registration } = aRegistration();
			await one.registrations.register(row, registration, roomy, []);
			const consent = await one.consents.add(person.id, row.id, ["openid"], t0, []);
			const made = grant({ clientId: row.id, scope: ["openid"], needsConsent: true, consentEpoch: consent.epoch });
			expect((await one.grants.redeem(redemption(made))).kind).toBe("redeemed");
			await one.registrations.update({ ...row, updatedAt: t0 + 1 }, row, { askAnew: true }, []);
			expect(await other.consents.find(person.id, row.id)).toMatchObject({ scope: new Set(), epoch: consent.epoch + 1 });
			await one.consents.add(person.id, row.id, ["openid"], t0 + 2, []);
			expect((await other.grants.rotate(made.id, 1, id(), t0 + 3)).kind).toBe("lost");
		});

		test("a use is noted the first time, and then once a day", async () => {
			const { one, other } = await world(open);
			const { row, registration } = aRegistration();
			await one.registrations.register(row, registration, roomy, []);
			const version = await one.settings.version();
			const lastUsed = async () => (await other.registrations.find(row.id))?.registration.lastUsedAt;
			for (const [now, noted] of [
				[t0, t0 + 1],
				[t0 + hour, t0 + 1],
				[t0 + day, t0 + 1],
				[t0 + day + 1, t0 + day + 1],
				[t0 + day + hour, t0 + day + 1],
			] as const) {
				await one.registrations.touch(row.id, now);
				expect(await lastUsed()).toBe(noted);
			}
			await one.registrations.touch("nobody", t0);
			expect(await one.settings.version()).toBe(version);
		});

		test("a removed one is gone with its client and what people allowed it; another of its name has none of its grants", async () => {
			const { one, other, person, grant, redemption, told } = await world(open);
			const { row, registration } = aRegistration();
			await one.registrations.register(row, registration, roomy, []);
			await one.consents.add(person.id, row.id, ["openid"], t0, []);
			const made = grant({ clientId: row.id });
			await one.grants.redeem(redemption(made));
			await one.registrations.touch(row.id, t0);
			expect(await other.registrations.remove(row.id, [event("client.removed", { clientId: row.id })])).toBe(true);
			expect(await one.registrations.remove(row.id, [event("client.removed", { clientId: row.id })])).toBe(false);
			expect([await one.clients.find(row.id), await one.registrations.find(row.id), await one.registrations.count()]).toEqual([
				undefined,
				undefined,
				0,
			]);
			expect(await one.consents.find(person.id, row.id)).toBeUndefined();
			expect((await one.grants.rotate(made.id, 1, id(), t0)).kind).toBe("lost");
			await one.clients.put(row, []);
			expect((await one.grants.rotate(made.id, 1, id(), t0)).kind).toBe("lost");
			expect(await told({ clientId: row.id })).toEqual(["client.removed"]);
		});

		test("a client that is removed or taken over by the file otherwise is no registration any more", async () => {
			const { one } = await world(open);
			const [removed, taken] = [aRegistration(), aRegistration()];
			for (const { row, registration } of [removed, taken]) await one.registrations.register(row, registration, roomy, []);
			await one.clients.remove(removed.row.id, []);
			await one.clients.put({ ...taken.row, managedBy: "file" }, []);
			expect(await one.registrations.find(removed.row.id)).toBeUndefined();
			expect(await one.registrations.find(taken.row.id)).toBeUndefined();
			expect(await one.clients.find(taken.row.id)).toEqual({ ...taken.row, managedBy: "file" });
			expect(await one.registrations.count()).toBe(0);
		});

		test("idle are those that were not used for long, and those that came without a token and were never used", async () => {
			const { one, other } = await world(open);
			const at = (registeredAt: number, lastUsedAt = registeredAt, more = {}) => aRegistration({ registeredAt, lastUsedAt, ...more });
			const longUnused = at(t0 - 100 * day, t0 - 91 * day);
			const used = at(t0 - 100 * day, t0 - day);
			const neverUsed = at(t0 - 8 * day);
			const neverUsedButAllowed = at(t0 - 8 * day, t0 - 8 * day, { registrationTokenId: id() });
			const fresh = at(t0 - hour);
			for (const { row, registration } of [fresh, neverUsed, longUnused, used])
				await one.registrations.register(row, registration, { limit: 9, now: t0 }, []);
			await one.registrations.addToken(aToken({ id: neverUsedButAllowed.registration.registrationTokenId ?? "" }), []);
			await one.registrations.register(neverUsedButAllowed.row, neverUsedButAllowed.registration, roomy, []);
			const since = { used: t0 - 90 * day, registered: t0 - 7 * day };
			expect(await other.registrations.idle(since, 9)).toEqual([longUnused.registration, neverUsed.registration]);
			expect(await other.registrations.idle(since, 1)).toEqual([longUnused.registration]);
			expect(await other.registrations.idle(sinceNever, 9)).toEqual([]);

			await one.registrations.touch(longUnused.row.id, t0);
			expect(await other.registrations.remove(longUnused.row.id, [event("client.removed")], since)).toBe(false);
			expect(await other.registrations.remove(neverUsedButAllowed.row.id, [event("client.removed")], since)).toBe(false);
			expect(await other.registrations.remove(neverUsed.row.id, [event("client.removed")], since)).toBe(true);
			expect(await one.clients.find(longUnused.row.id)).toBeDefined();
			expect(await one.events.list({ limit: 9, type: "client.removed" })).toHaveLength(1);
		});

		test("tokens are listed newest first, and revoked once", async () => {
			const { one, other } = await world(open);
			const [first, second] = [aToken({ note: "for the partner" }), aToken()];
			await one.registrations.addToken(first, [event("registration_token.created")]);
			await one.registrations.addToken(second, [event("registration_token.created")]);
			expect(await other.registrations.tokens()).toEqual([second, first]);
			expect(await other.registrations.revokeToken(first.id, t0 + 1, [event("registration_token.revoked")])).toBe(true);
			expect(await one.registrations.revokeToken(first.id, t0 + 2, [event("registration_token.revoked")])).toBe(false);
			expect(await one.registrations.revokeToken("nobody", t0 + 2, [event("registration_token.revoked")])).toBe(false);
			expect(await one.registrations.findToken(first.id)).toEqual({ ...first, revokedAt: t0 + 1 });
			expect(await one.events.list({ limit: 9, type: "registration_token.revoked" })).toHaveLength(1);
		});
	});
}
