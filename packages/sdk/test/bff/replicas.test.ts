import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Browser, type Cluster, names, openCluster } from "./cluster.ts";

let cluster: Cluster;
let alice: Browser;

beforeAll(async () => {
	cluster = await openCluster();
}, 60_000);
afterAll(() => cluster[Symbol.asyncDispose]());
beforeEach(async () => {
	alice = await cluster.signIn();
});

const calls = (count: number) => Promise.all(Array.from({ length: count }, () => alice.call()));
const all = (count: number, answer: string) => Array.from({ length: count }, () => answer);

/** How often the issuer was asked for a token meanwhile. */
async function uses(work: () => Promise<unknown>): Promise<number> {
	const before = cluster.issuer.calls.token;
	await work();
	return cluster.issuer.calls.token - before;
}

/** Whatever was done to the replicas, Redis and the issuer: nobody is signed out, and the issuer has seen nothing strange. */
afterEach(async () => {
	cluster.issuer.mend();
	for (const name of names) expect([await alice.session(name), await alice.call(name)]).toEqual(["signed in", "200 true"]);
	expect(cluster.suspicions()).toEqual([]);
});

test("three replicas make one use of the grant in each generation, however many call", async () => {
	expect(await uses(async () => expect(await calls(30)).toEqual(all(30, "200 true")))).toBe(1);
	for (let generation = 0; generation < 3; generation++) {
		cluster.nextGeneration();
		expect(await uses(async () => expect(await calls(30)).toEqual(all(30, "200 true")))).toBe(1);
	}
});

test("RF-11: one that is stopped in mid-refresh, longer than its lease, while the others go two generations on, harms nobody when it wakes", async () => {
	await alice.call();
	for (const name of names) {
		cluster.nextGeneration();
		const held = cluster.issuer.hold("token");
		const late = alice.call(name);
		await held.arrived;
		cluster.pause(name);
		held.release();
		await cluster.leasesRunOut();
		expect(await calls(12)).toEqual(all(12, "200 true"));
		cluster.nextGeneration();
		expect(await uses(async () => expect(await calls(12)).toEqual(all(12, "200 true")))).toBe(1);
		cluster.resume(name);
		expect(await late).toBe("200 true");
	}
});

test("one that is killed in mid-refresh is replaced, and the others go on", async () => {
	await alice.call();
	cluster.nextGeneration();
	const held = cluster.issuer.hold("token", "answer");
	const lost = alice.call(1).catch(() => "cut off");
	await held.arrived;
	await cluster.replace(1);
	held.release();
	expect(await lost).toBe("cut off");
	await cluster.leasesRunOut();
	expect(await calls(12)).toEqual(all(12, "200 true"));
});

test("Redis killed in mid-refresh and started again: the call is answered; while it is away nobody is told to be signed out", async () => {
	await alice.call();
	cluster.nextGeneration();
	const held = cluster.issuer.hold("token", "answer");
	const pending = alice.call();
	await held.arrived;
	await cluster.redis.kill();
	expect([await alice.call(), await alice.session()]).toEqual(["503 store_unreachable", "503 store_unreachable"]);
	const started = cluster.redis.start();
	held.release();
	await started;
	expect(await pending).toBe("200 true");
});

test("the issuer away: calls go on while their token lasts, then say to try again, and heal", async () => {
	await alice.call();
	cluster.issuer.offline();
	expect(await calls(6)).toEqual(all(6, "200 true"));
	cluster.nextGeneration();
	expect(await calls(6)).toEqual(all(6, "503 issuer_unreachable"));
	expect(await alice.session()).toBe("signed in");
	cluster.issuer.online();
	expect(await calls(6)).toEqual(all(6, "200 true"));
});
