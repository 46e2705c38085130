import { describe, expect, test } from "vitest";
import { day, event, fifty, type Open, t0, world } from "./world.ts";

export function settingContract(open: Open): void {
	describe("the store itself", () => {
		test("single facts are kept", async () => {
			const { one, other } = await world(open);
			expect(await one.settings.get("issuer")).toBeUndefined();
			await one.settings.set("issuer", "https://auth.example");
			await one.settings.set("issuer", "https://auth.company.com");
			await one.settings.set("masterKeyCheck", "abc");
			expect([await other.settings.get("issuer"), await other.settings.get("masterKeyCheck")]).toEqual(["https://auth.company.com", "abc"]);
			await expect(other.ping()).resolves.toBeUndefined();
		});

		test("what may be set once has one winner, whom everybody knows from then on", async () => {
			const replicas = await world(open);
			let made = 0;
			const values = await fifty(replicas, (store) => store.settings.setFirst("pairwiseKey", `sealed-${made++}`));
			const [stands] = values;
			expect(values).toEqual(Array.from({ length: 50 }, () => stands));
			expect(await replicas.other.settings.get("pairwiseKey")).toBe(stands);
			expect(await replicas.one.settings.setFirst("pairwiseKey", "late")).toBe(stands);
			await replicas.one.settings.set("pairwiseKey", "sealed anew");
			expect(await replicas.other.settings.setFirst("pairwiseKey", "late")).toBe("sealed anew");
		});

		test("the epoch rises by one each time, for every replica at once", async () => {
			const replicas = await world(open);
			const before = await replicas.one.settings.epoch();
			expect(await replicas.one.settings.raiseEpoch([event("epoch.raised")])).toBe(before + 1);
			const results = await fifty(replicas, (store) => store.settings.raiseEpoch([event("epoch.raised")]));
			expect(new Set(results).size).toBe(50);
			expect(await replicas.other.settings.epoch()).toBe(before + 51);
		});

		test("it is known until when refresh families need a master key, to the day", async () => {
			const { one, other, redeemed } = await world(open);
			await redeemed({ macKeyVersion: 1, expiresAt: t0 + 10 * day });
			await redeemed({ macKeyVersion: 1, expiresAt: t0 + 5 * day });
			await redeemed({ macKeyVersion: 2, expiresAt: t0 + 2.5 * day });
			await redeemed({ macKeyVersion: 3, generation: 0 });
			expect(await other.settings.masterKeyVersionsInUse(t0)).toEqual([
				{ version: 1, until: t0 + 10 * day },
				{ version: 2, until: t0 + 3 * day },
			]);
			expect((await one.settings.masterKeyVersionsInUse(t0 + 4 * day)).map(({ version }) => version)).toEqual([1]);
		});

		test("an access token is denied from the moment it is", async () => {
			const { one, other } = await world(open);
			await one.deniedTokens.deny("grant.random", t0 + 5, [event("access_token.revoked")]);
			await one.deniedTokens.deny("grant.random", t0 + 5, [event("access_token.revoked")]);
			expect([await other.deniedTokens.isDenied("grant.random"), await other.deniedTokens.isDenied("grant.other")]).toEqual([true, false]);
			expect(await other.events.list({ limit: 9 })).toHaveLength(1);
		});
	});
}
