import { describe, expect, test } from "vitest";
import type { Store } from "../store.ts";
import { aClient, aPerson, aSession, day, event, fifty, hour, id, minute, type Open, sessionEnded, t0, tally, world } from "./world.ts";

type World = Awaited<ReturnType<typeof world>>;

/** A client that can be told, with a grant of a session. */
async function told(w: World, about: { readonly sessionId?: string; readonly name?: string } = {}): Promise<string> {
	const { sessionId = w.session.id, name = `told-${id()}` } = about;
	const known = await w.one.clients.find(name);
	if (!known)
		await w.one.clients.put(aClient({ id: name, metadata: { client_id: name, backchannel_logout_uri: "https://rp.example/out" } }), []);
	await w.redeemed({ clientId: name, sessionId });
	return name;
}

const receipt = async (store: Store, sessionId: string) =>
	Object.fromEntries((await store.logouts.ofSession(sessionId)).map(({ clientId, state }) => [clientId, state]));

/** Every verb that ends a session before its time. */
const endings: Readonly<Record<string, (w: World) => Promise<unknown>>> = {
	"a sign-out": (w) => w.one.sessions.end(w.session.id, t0 + 1, [sessionEnded(w.session.id)]),
	"the end of all of them": (w) => w.one.sessions.endAll(w.person.id, t0 + 1, sessionEnded),
	"another person's sign-in in the same browser": async (w) => {
		const bob = aPerson();
		await w.one.people.add(bob, undefined, []);
		return w.one.sessions.begin(aSession(bob.id, { replaces: w.session.id }), t0 + 1, ({ ended }) => ended.map(sessionEnded));
	},
	"one sign-in more than `sessions.max`": (w) =>
		w.one.sessions.begin(aSession(w.person.id), t0 + 1, ({ ended }) => ended.map(sessionEnded)),
	"a password that its owner set elsewhere": async (w) => {
		const here = await w.one.sessions.begin(aSession(w.person.id, { replaces: "none" }), t0, ({ ended }) => ended.map(sessionEnded));
		return w.one.people.setPassword(
			w.person.id,
			{ kind: "password", hash: "$argon2id$2" },
			{ endEverything: false, keep: here?.session.id ?? "", secretHash: new Uint8Array([1]), passwordVersion: 0 },
			t0 + 1,
			[],
			sessionEnded,
		);
	},
	"a password that an operator set": (w) =>
		w.one.people.setPassword(
			w.person.id,
			{ kind: "password", hash: "$argon2id$2" },
			{ endEverything: true },
			t0 + 1,
			[event("person.password_changed")],
			sessionEnded,
		),
	"switching the person off": (w) => w.one.people.setEnabled(w.person.id, { held: true }, t0 + 1, [event("person.disabled")], sessionEnded),
};

export function logoutContract(open: Open): void {
	describe("logouts", () => {
		test.each(Object.entries(endings))(
			"I22 %s writes down each client that took part, once: those with an address are due, of the others it is told at once",
			async (name, end) => {
				const w = await world(open, { max: name.includes("sessions.max") ? 1 : 0 });
				await w.redeemed();
				await w.redeemed({ offline: true });
				const portal = await told(w);
				await end(w);
				expect(await w.other.logouts.ofSession(w.session.id)).toEqual([
					{
						sessionId: w.session.id,
						clientId: w.client.id,
						personId: w.person.id,
						state: "untold",
						endedAt: expect.any(Number),
						attempts: 0,
					},
					{
						...{ sessionId: w.session.id, clientId: portal, personId: w.person.id, state: "waiting" },
						...{ endedAt: expect.any(Number), dueAt: expect.any(Number), attempts: 0 },
					},
				]);
				const events = (await w.one.events.list({ limit: 99 })).filter(({ sessionId }) => sessionId === w.session.id);
				expect(events.map(({ type, clientId }) => [type, clientId]).toReversed()).toEqual([
					["session.ended", undefined],
					["logout.untold", w.client.id],
				]);
			},
		);

		test("what ends by itself is told to nobody, and neither is a session that nothing was allowed in", async () => {
			const w = await world(open);
			await told(w);
			await w.one.sessions.endAll(w.person.id, t0 + 9 * hour, sessionEnded);
			expect(await receipt(w.one, w.session.id)).toEqual({});
			const fresh = await w.one.sessions.begin(aSession(w.person.id), t0 + 9 * hour, () => []);
			await w.one.sessions.end(fresh?.session.id ?? "", t0 + 9 * hour, []);
			expect(await receipt(w.one, fresh?.session.id ?? "")).toEqual({});
			expect(await w.one.logouts.take(t0 + 30 * day, t0 + 31 * day, [])).toEqual([]);
		});

		test("where a client is told follows its row; a removed one, and another of its name, took no part", async () => {
			const w = await world(open);
			const portal = await told(w);
			await w.one.clients.put(aClient({ id: portal, metadata: { client_id: portal } }), []);
			const shop = await told(w);
			await w.one.clients.remove(shop, []);
			await w.one.clients.put(
				aClient({ id: shop, metadata: { client_id: shop, backchannel_logout_uri: "https://other.example/out" } }),
				[],
			);
			await w.one.sessions.end(w.session.id, t0, []);
			expect(await receipt(w.one, w.session.id)).toEqual({ [portal]: "untold", [shop]: "untold" });
		});

		test("I2 of fifty who take what is due, on two replicas, one gets each; it is due again when the lease is over", async () => {
			const w = await world(open);
			const names = await Promise.all([told(w), told(w), told(w)]);
			await w.one.sessions.end(w.session.id, t0, []);
			expect(await w.one.logouts.take(t0 - 1, t0 + minute, [])).toEqual([]);
			const all = (await fifty(w, (store) => store.logouts.take(t0, t0 + minute, []))).flat();
			expect(tally(all.map(({ clientId }) => clientId))).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
			expect(all).toEqual(all.map((row) => ({ ...row, attempts: 1, dueAt: t0 + minute, state: "waiting" })));
			expect(await w.other.logouts.take(t0 + minute - 1, t0 + hour, [])).toEqual([]);
			const again = await w.other.logouts.take(t0 + minute, t0 + hour, []);
			expect(again.map(({ clientId, attempts }) => [clientId, attempts])).toEqual(names.toSorted().map((name) => [name, 2]));
		});

		test("a client with a long queue keeps nobody waiting: a few of each are taken, and none of those who are being told", async () => {
			const w = await world(open);
			for (let i = 0; i < 6; i++) {
				const begun = await w.one.sessions.begin(aSession(w.person.id), t0, () => []);
				const sessionId = begun?.session.id ?? "";
				await told(w, { sessionId, name: "long" });
				if (i === 5) await told(w, { sessionId, name: "short" });
				await w.one.sessions.end(sessionId, t0 + i, []);
			}
			const first = await w.one.logouts.take(t0 + 9, t0 + minute, []);
			expect(tally(first.map(({ clientId }) => clientId))).toEqual({ long: 4, short: 1 });
			expect(first.filter(({ clientId }) => clientId === "long").map(({ endedAt }) => endedAt)).toEqual([t0, t0 + 1, t0 + 2, t0 + 3]);
			expect(await w.one.logouts.take(t0 + 9, t0 + minute, ["long"])).toEqual([]);
			expect(
				await w.one.logouts.take(
					t0 + 9,
					t0 + minute,
					Array.from({ length: 8 }, (_, i) => `busy-${i}`),
				),
			).toEqual([]);
			expect(await w.one.logouts.take(t0 + 9, t0 + minute, ["short"])).toHaveLength(2);
		});

		test("I22 what came of an attempt is written once, with its event; what is to be told again is due then", async () => {
			const w = await world(open);
			const portal = await told(w);
			const shop = await told(w);
			await w.one.sessions.end(w.session.id, t0, []);
			await w.one.logouts.take(t0, t0 + minute, []);
			const settle = (store: Store, clientId: string, how: Parameters<Store["logouts"]["settle"]>[2], type?: "logout.confirmed") =>
				store.logouts.settle(w.session.id, clientId, how, type ? [event(type, { clientId })] : []);
			expect(await settle(w.one, shop, { state: "waiting", dueAt: t0 + 5, reason: "the app answered 500" })).toBe(true);
			const confirmed = { state: "confirmed", at: t0 + 2 } as const;
			const results = await fifty(w, (store) => settle(store, portal, confirmed, "logout.confirmed"));
			expect(tally(results.map(String))).toEqual({ true: 1, false: 49 });
			expect(await w.one.events.list({ limit: 99, type: "logout.confirmed" })).toHaveLength(1);
			expect(await w.other.logouts.ofSession(w.session.id)).toMatchObject([
				{ clientId: portal, state: "confirmed", settledAt: t0 + 2, attempts: 1 },
				{ clientId: shop, state: "waiting", dueAt: t0 + 5, attempts: 1, reason: "the app answered 500" },
			]);
			expect((await w.other.logouts.take(t0 + 5, t0 + minute, [])).map(({ clientId }) => clientId)).toEqual([shop]);
			expect(await settle(w.other, shop, { state: "failed", at: t0 + 6, reason: "the app answered 404" })).toBe(true);
			expect(await w.other.logouts.take(t0 + day, t0 + 2 * day, [])).toEqual([]);
			expect(await settle(w.one, shop, confirmed, "logout.confirmed")).toBe(false);
		});
	});
}
