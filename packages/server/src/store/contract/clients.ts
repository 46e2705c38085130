import { describe, expect, test } from "vitest";
import { aClient, aResource, event, id, type Open, t0, world } from "./world.ts";

export function clientContract(open: Open): void {
	describe("clients and resources", () => {
		test("what was put is found, as it was, and listed by id", async () => {
			const { one, other } = await world(open);
			const client = aClient({
				metadata: { client_id: "shop", client_name: "Shop", redirect_uris: ["https://vue-app.com/callback"], first_party: true },
				secrets: [{ sealed: "abc" }, { sealed: "def", expiresAt: t0 }],
				managedBy: "file",
				held: true,
				removedAt: t0 + 1,
			});
			await one.clients.put(client, []);
			expect(await other.clients.find(client.id)).toEqual(client);
			expect((await other.clients.all()).at(-1)).toEqual(client);
			expect(await one.clients.find("nobody")).toBeUndefined();
		});

		test("a second put replaces the first", async () => {
			const { one, client } = await world(open);
			const renamed = { ...client, metadata: { ...client.metadata, client_name: "Renamed" }, updatedAt: t0 + 5 };
			await one.clients.put(renamed, []);
			expect(await one.clients.all()).toEqual([renamed]);
		});

		test("each change of a client or a resource raises the version that caches compare, on every replica", async () => {
			const { one, other, client } = await world(open);
			const versions = [await other.settings.version()];
			await one.clients.put(client, []);
			versions.push(await other.settings.version());
			await one.resources.put(aResource(), []);
			versions.push(await other.settings.version());
			await one.clients.remove(client.id, []);
			versions.push(await other.settings.version());
			expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
			expect(await one.clients.remove(client.id, [])).toBe(false);
			expect(await other.settings.version()).toBe(versions.at(-1));
		});

		test("only a client of the store is removed, once, and is not found again", async () => {
			const { one, client, told } = await world(open);
			const declared = aClient({ managedBy: "file" });
			await one.clients.put(declared, []);
			expect(await one.clients.remove(declared.id, [event("client.removed", { clientId: declared.id })])).toBe(false);
			expect(await one.clients.remove("nobody", [event("client.removed", { clientId: "nobody" })])).toBe(false);
			expect(await one.clients.remove(client.id, [event("client.removed", { clientId: client.id })])).toBe(true);
			expect(await one.clients.remove(client.id, [event("client.removed", { clientId: client.id })])).toBe(false);
			expect(await one.clients.all()).toEqual([declared]);
			expect(await one.clients.find(client.id)).toBeUndefined();
			expect([await told({ clientId: declared.id }), await told({ clientId: client.id })]).toEqual([[], ["client.removed"]]);
		});

		test("another client of a removed one's name has neither its grants nor its consents", async () => {
			const { one, client, person, redeemed, grant, redemption } = await world(open);
			const kept = await redeemed({ offline: true });
			await one.consents.add(person.id, client.id, ["crm.read"], t0, []);
			await one.clients.remove(client.id, []);
			expect((await one.grants.find(kept.id))?.clientEnabled).toBe(false);
			await one.clients.put(client, []);
			expect((await one.grants.find(kept.id))?.clientEnabled).toBe(false);
			expect((await one.grants.rotate(kept.id, 1, id(), t0)).kind).toBe("lost");
			expect(await one.consents.find(person.id, client.id)).toBeUndefined();
			expect((await one.grants.redeem(redemption(grant()))).kind).toBe("redeemed");
		});

		test("a resource is kept as it was declared", async () => {
			const { one, other } = await world(open);
			const resource = aResource({ introspection_clients: ["crm-api"], accessTokenLifetime: 60_000, signingAlg: "ES256", removedAt: t0 });
			await one.resources.put({ ...resource, enabled: true }, []);
			await one.resources.put(resource, []);
			expect(await other.resources.all()).toEqual([resource]);
		});
	});
}
