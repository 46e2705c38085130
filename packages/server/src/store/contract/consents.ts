import { describe, expect, test } from "vitest";
import { aClient, day, event, fifty, hour, type Open, t0, world } from "./world.ts";

export function consentContract(open: Open): void {
	describe("consents", () => {
		test("scopes are added, never taken away", async () => {
			const { one, other, person, client } = await world(open);
			expect(await one.consents.find(person.id, client.id)).toBeUndefined();
			const first = await one.consents.add(person.id, client.id, ["email", "crm.read"], t0, []);
			expect(first).toMatchObject({ scope: new Set(["email", "crm.read"]), epoch: 0, grantedAt: t0, updatedAt: t0 });
			const second = await one.consents.add(person.id, client.id, ["profile"], t0 + 1, []);
			expect(second).toEqual({ ...first, scope: new Set(["email", "crm.read", "profile"]), updatedAt: t0 + 1 });
			expect(await other.consents.find(person.id, client.id)).toEqual(second);
		});

		test("what fifty add at once is there", async () => {
			const { person, client, ...replicas } = await world(open);
			await fifty(replicas, (store, i) => store.consents.add(person.id, client.id, [`scope${i}`], t0, []));
			expect((await replicas.one.consents.find(person.id, client.id))?.scope.size).toBe(50);
		});

		test("withdrawal takes everything back and raises the epoch, also where nothing was allowed before", async () => {
			const { one, person, client, told } = await world(open);
			await one.consents.withdraw(person.id, client.id, t0 + 1, [event("consent.withdrawn", { clientId: client.id })]);
			expect(await one.consents.find(person.id, client.id)).toMatchObject({ scope: new Set(), epoch: 1 });
			const again = await one.consents.add(person.id, client.id, ["email"], t0 + 2, [event("consent.granted", { clientId: client.id })]);
			expect(again).toMatchObject({ scope: new Set(["email"]), epoch: 1, grantedAt: t0 + 2 });
			await one.consents.withdraw(person.id, client.id, t0 + 3, [event("consent.withdrawn", { clientId: client.id })]);
			expect(await one.consents.find(person.id, client.id)).toMatchObject({ scope: new Set(), epoch: 2 });
			expect(await told({ clientId: client.id })).toEqual(["consent.withdrawn", "consent.granted", "consent.withdrawn"]);
		});

		test("listed are standing consents and live grants, one entry for each client", async () => {
			const { one, other, person, client, redeemed } = await world(open);
			const [consented, unused] = [aClient(), aClient()];
			for (const c of [consented, unused]) await one.clients.put(c, []);
			await one.consents.add(person.id, consented.id, ["email"], t0, []);
			await one.consents.add(person.id, unused.id, ["email"], t0, []);
			await one.consents.withdraw(person.id, unused.id, t0, []);
			await redeemed({ scope: ["openid", "crm.read"], rotatedAt: t0 });
			await redeemed({ scope: ["openid"], createdAt: t0 + 4, rotatedAt: t0 + 5 });
			await redeemed({ clientId: consented.id, scope: ["openid"], createdAt: t0 + 1, rotatedAt: t0 + 1 });
			const revoked = await redeemed({ scope: ["everything"], rotatedAt: t0 + 9 });
			await one.grants.revoke(revoked.id, t0, []);
			const list = await other.consents.list(person.id, t0 + hour);
			expect(list.toSorted((a, b) => a.clientId.localeCompare(b.clientId))).toEqual(
				[
					{ clientId: client.id, scope: ["openid", "crm.read"], inUseSince: t0, lastUsedAt: t0 + 5 },
					{ clientId: consented.id, scope: ["email", "openid"], grantedAt: t0, inUseSince: t0 + 1, lastUsedAt: t0 + 1 },
				].toSorted((a, b) => a.clientId.localeCompare(b.clientId)),
			);
			expect(await one.consents.list(person.id, t0 + 31 * day)).toEqual([{ clientId: consented.id, scope: ["email"], grantedAt: t0 }]);
		});
	});
}
