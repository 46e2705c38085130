import { expect, test } from "vitest";
import { type Browser, type Cluster, type Name, names, openCluster } from "./cluster.ts";

const rounds = 60;

/** Numbers that look drawn and are the same each time. */
function drawing(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

type Trouble = (cluster: Cluster, alice: Browser, name: Name) => Promise<void>;

/** What befalls a shop, one thing after the other, each in the middle of a refresh. */
const troubles: Readonly<Record<string, Trouble>> = {
	async "a replica is stopped, and wakes two generations later"(cluster, alice, name) {
		const held = cluster.issuer.hold("token");
		const late = alice.call(name);
		await held.arrived;
		cluster.pause(name);
		held.release();
		await cluster.leasesRunOut();
		await Promise.all(Array.from({ length: 9 }, () => alice.call()));
		cluster.nextGeneration();
		await alice.call();
		cluster.resume(name);
		expect(await late).toBe("200 true");
	},
	async "a replica is killed"(cluster, alice, name) {
		const held = cluster.issuer.hold("token", "answer");
		const lost = alice.call(name).catch(() => undefined);
		await held.arrived;
		await cluster.replace(name);
		held.release();
		await lost;
		await cluster.leasesRunOut();
	},
	async "Redis is killed, and starts again"(cluster, alice) {
		const held = cluster.issuer.hold("token", "answer");
		const pending = alice.call();
		await held.arrived;
		await cluster.redis.kill();
		expect(await alice.session()).toBe("503 store_unreachable");
		const started = cluster.redis.start();
		held.release();
		await started;
		expect(await pending).toBe("200 true");
	},
	async "Redis stands still for a while"(cluster, alice, name) {
		const held = cluster.issuer.hold("token");
		const pending = alice.call(name);
		await held.arrived;
		cluster.redis.pause();
		held.release();
		cluster.redis.resume();
		expect(await pending).toBe("200 true");
	},
	async "the issuer is away"(cluster, alice) {
		cluster.issuer.offline();
		expect(await alice.call()).toBe("503 issuer_unreachable");
		cluster.issuer.online();
	},
	async "the issuer's answer is lost"(cluster, alice, name) {
		cluster.issuer.lose("token");
		expect(await alice.call(name)).toBe("200 true");
	},
	async "the issuer asks to wait"(cluster, alice, name) {
		cluster.issuer.unavailable("token");
		expect(await alice.call(name)).toBe("200 true");
	},
};

test.each([1, 2, 3])(`I24: ${rounds} troubles drawn at random (%i) sign nobody out, and the issuer sees an honest client`, async (seed) => {
	await using cluster = await openCluster();
	const draw = drawing(seed);
	const alice = await cluster.signIn();
	expect(await alice.call()).toBe("200 true");
	const kinds = Object.keys(troubles);
	for (let round = 0; round < rounds; round++) {
		const [kind, name] = [kinds[draw(kinds.length)]!, names[draw(names.length)]!];
		cluster.nextGeneration();
		await troubles[kind]!(cluster, alice, name);
		for (const one of names)
			expect([round, kind, await alice.session(one), await alice.call(one)]).toEqual([round, kind, "signed in", "200 true"]);
		expect([round, kind, cluster.suspicions()]).toEqual([round, kind, []]);
	}
});
