import fc from "fast-check";
import { expect, test } from "vitest";
import { Family } from "../../test/sessions/family.ts";
import { AuthError } from "../client/auth-error.ts";
import { platform } from "../client/world.ts";
import { createSessions } from "./create-sessions.ts";
import { memory } from "./memory.ts";
import type { Sessions } from "./sessions.ts";
import type { SessionStore } from "./store.ts";

const keys = ["a key of sessions that is long enough"];
const away = (code: "store_unreachable" | "issuer_unreachable") => {
	throw new AuthError(code, "away");
};

/** One run of three replicas: what is asked of which, and what goes wrong on the way. */
interface Run {
	readonly calls: readonly { readonly replica: number; readonly resource: number }[];
	/** Whether leases keep replicas apart, or everybody always gets one, as after a pause that was longer than the lease. */
	readonly leased: boolean;
	/** Which of the refreshes, by their order, take very long until the issuer learns of them. */
	readonly slow: readonly number[];
	/** Which of the refreshes, by their order, lose their answer; which of the writes fail, and whether they were carried out all the same. */
	readonly lostAnswers: readonly number[];
	readonly lostWrites: readonly { readonly at: number; readonly done: boolean }[];
	/** At which refresh the person signs out. */
	readonly signsOutAt: number | undefined;
}

const run: fc.Arbitrary<Run> = fc.record({
	calls: fc.array(fc.record({ replica: fc.nat(2), resource: fc.nat(2) }), { minLength: 2, maxLength: 8 }),
	leased: fc.boolean(),
	slow: fc.uniqueArray(fc.nat(3), { maxLength: 2 }),
	lostAnswers: fc.uniqueArray(fc.nat(6), { maxLength: 2 }),
	lostWrites: fc.uniqueArray(fc.record({ at: fc.nat(4), done: fc.boolean() }), { maxLength: 2, selector: ({ at }) => at }),
	signsOutAt: fc.option(fc.nat(4), { nil: undefined }),
});

/** The three replicas, each step of which the scheduler orders. */
function replicasOf({ leased, slow, lostAnswers, lostWrites }: Run, family: Family, scheduler: fc.Scheduler): readonly Sessions[] {
	const kept = memory();
	let [requests, refreshes, writes] = [0, 0, 0];
	family.before = async () => {
		// In real time: whatever the others do meanwhile, they may be done with it or not.
		if (slow.includes(requests++)) await new Promise((done) => setTimeout(done, 15));
		await scheduler.schedule(Promise.resolve(), "a request to the issuer");
	};
	family.after = async () => {
		await scheduler.schedule(Promise.resolve(), "an answer of the issuer");
		if (lostAnswers.includes(refreshes++)) away("issuer_unreachable");
	};
	const store: SessionStore = {
		...kept,
		read: scheduler.scheduleFunction(kept.read),
		lease: scheduler.scheduleFunction((name, ms) =>
			leased ? kept.lease(name, ms) : Promise.resolve({ renew: async () => false, release: async () => undefined }),
		),
		replace: scheduler.scheduleFunction(async (session, now) => {
			const lost = lostWrites.find(({ at }) => at === writes);
			writes++;
			if (lost && !lost.done) away("store_unreachable");
			const done = await kept.replace(session, now);
			return lost ? away("store_unreachable") : done;
		}),
	};
	const sleep = () => new Promise<void>((done) => setTimeout(done, 1));
	const replica = () => createSessions({ client: family.client, store, keys, world: { ...platform, sleep } });
	return [replica(), replica(), replica()];
}

test("RF-11: however three replicas interleave, whatever answer is lost, nobody is signed out but by the person", {
	timeout: 120_000,
}, async () => {
	const property = fc.asyncProperty(fc.scheduler(), run, async (scheduler, one) => {
		const family = new Family();
		const replicas = replicasOf(one, family, scheduler);
		const cookie = await replicas[0]!.begin(family.redeemed);
		let signedOut: Promise<boolean> | undefined;
		const { before } = family;
		family.before = (refreshing) => {
			if (family.presented.length === one.signsOutAt) {
				signedOut ??= replicas[2]!.end(cookie).then(
					() => true,
					() => false,
				);
			}
			return before(refreshing);
		};
		const calls = one.calls.map(({ replica, resource }) => replicas[replica]!.token(cookie, { resource: `https://${resource}.acme.test` }));
		const settled = await scheduler.waitFor(Promise.allSettled(calls));
		const out = await scheduler.waitFor(Promise.resolve(signedOut));

		const allowed = ["issuer_unreachable", "store_unreachable", ...(signedOut ? ["not_signed_in", "session_expired"] : [])];
		const codes = settled.flatMap((call) => (call.status === "rejected" ? [call.reason.code] : []));
		expect(codes.filter((code) => !allowed.includes(code))).toEqual([]);

		const found = await scheduler.waitFor(replicas[1]!.read(cookie));
		if (out) expect(found).not.toHaveProperty("session");
		if (signedOut) return;
		expect(found).toHaveProperty("session");
		Object.assign(family, { before, after: async () => undefined });
		const last = replicas[1]!.token(cookie, { resource: "https://last.acme.test" });
		expect((await scheduler.waitFor(last)).accessToken).toMatch(/^canary-access-/);
	});
	await fc.assert(property, { numRuns: 100 });
});
