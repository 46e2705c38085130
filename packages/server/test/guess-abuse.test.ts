import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { placesFor } from "../src/login/guesses.ts";
import { requestOf } from "./flow.ts";
import { encode } from "./form.ts";
import { clients, type House, openHouse, password } from "./house.ts";

/** A sign-in form of a new browser, filled in and sent from an address. @returns the status: 303 right, 400 wrong, 429 unevaluated */
async function guess(house: House, username: string, text: string, remoteAddress = "192.0.2.1"): Promise<number> {
	const browser = house.browser();
	const shown = await browser.go(requestOf(clients.portal).url);
	const answer = await house.request({
		method: "POST",
		url: "/login",
		remoteAddress,
		headers: {
			"content-type": "application/x-www-form-urlencoded",
			cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
		},
		payload: encode({ ...browser.hidden(shown), username, password: text }),
	});
	return answer.statusCode;
}

/** As many wrong guesses at a person as are still evaluated. */
async function evaluated(house: House, username: string): Promise<number> {
	for (let count = 0; count < 40; count++) if ((await guess(house, username, `wrong ${count}`)) === 429) return count;
	return 40;
}

const count = (statuses: readonly number[], status: number) => statuses.filter((one) => one === status).length;

test("LG-01 I16 what a guess makes the store write is the same, whether names belong together, to nobody, or are used up", async () => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-guesses-"));
	const file = join(folder, "gatehouse.db");
	try {
		await using house = await openHouse({ store: `sqlite:${file}`, file: { masterKey: randomBytes(32).toString("base64url") } });
		// The log of writes grows by whole pages with each commit, and by none without.
		const written = async (username: string) => {
			const before = statSync(`${file}-wal`).size;
			expect(await guess(house, username, "wrong")).toBe(400);
			return statSync(`${file}-wal`).size - before;
		};
		const first = await written("alice");
		expect(first).toBeGreaterThan(0);
		for (let i = 1; i < 10; i++) expect(await written("alice")).toBe(first);
		// Alice's budget is used up: by her address nothing is evaluated any more, and nobody can tell.
		for (const name of ["alice@company.test", "nobody@company.test", "bob@company.test", "mallory", "nobody-here"])
			expect(await written(name), name).toBe(first);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("I14 places that are given back win nobody a guess: right ones between wrong ones, of the same person and of others", async () => {
	await using house = await openHouse();
	for (let i = 0; i < 10; i++) {
		expect(await guess(house, "alice", `wrong ${i}`)).toBe(400);
		// The last place is taken: from here on she herself is not heard from a device that nobody knows.
		expect(await guess(house, "alice", password)).toBe(i < 9 ? 303 : 429);
		expect(await guess(house, "bob", password)).toBe(303);
	}
	expect(await evaluated(house, "alice")).toBe(0);
	expect(await evaluated(house, "bob")).toBe(10);
});

test("I14 LG-04 wrong and right guesses at once, by both names of one account: never more than ten wrong ones are evaluated", async () => {
	await using house = await openHouse();
	const names = ["alice", "alice@company.test"];
	const wrong = Promise.all(Array.from({ length: 40 }, (_, i) => guess(house, names[i % 2] ?? "", `wrong ${i}`)));
	const right = Promise.all(Array.from({ length: 20 }, (_, i) => guess(house, names[i % 2] ?? "", password)));
	const others = Promise.all(Array.from({ length: 20 }, () => guess(house, "bob", password)));
	const answers = await wrong;
	expect(count(answers, 303)).toBe(0);
	expect(count(answers, 400)).toBeLessThanOrEqual(20);
	// Beside ten wrong ones at most ten right ones had a place at any time; whoever had none was refused unheard.
	const heard = await right;
	expect(count(heard, 303) + count(heard, 400) + count(heard, 429)).toBe(20);
	expect(count(await others, 303)).toBeGreaterThan(0);
	// Of each name ten places, of both together ten: no place came back that a wrong guess had taken.
	expect(await evaluated(house, "alice")).toBe(
		10 -
			count(
				answers.filter((_, i) => i % 2 === 0),
				400,
			),
	);
	expect(await evaluated(house, "alice@company.test")).toBe(
		10 -
			count(
				answers.filter((_, i) => i % 2 === 1),
				400,
			),
	);
	const { store, tokens } = house.gatehouse.ground;
	const alice = await store.people.findByName("alice");
	const bucket = tokens.macs.bucket("person", String(alice?.person.id));
	const place = { kind: "account", bucket, limit: 1_000, window: 3_600_000 } as const;
	expect(await store.guesses.take([place], house.now())).toEqual({ taken: true, before: [10] });
	for (const name of names) expect(await guess(house, name, password)).toBe(429);
	house.wait(3_600_000);
	for (const name of names) expect(await guess(house, name, password)).toBe(303);
});

test("D8 one network cannot use up what all unknown devices have together", async () => {
	await using house = await openHouse();
	const { store, tokens } = house.gatehouse.ground;
	// A few more than there are: two names may share a bucket, and then one of them is not counted.
	const spent = (network: string) =>
		Promise.all(
			Array.from({ length: 2_600 }, (_, i) =>
				store.guesses.take(placesFor(`nobody ${network} ${i}`, undefined, network, undefined, tokens.macs.bucket), house.now()),
			),
		);
	await spent("192.0.2.0/24");
	await spent("2001:db8:1:2::/64");
	for (const address of ["192.0.2.1", "192.0.2.254", "2001:db8:1:2:3::4"]) {
		expect(await guess(house, "alice", "wrong", address)).toBe(429);
		expect(await guess(house, "nobody-here", "wrong", address)).toBe(429);
	}
	for (const address of ["192.0.3.1", "2001:db8:1:3::4"]) expect(await guess(house, "alice", password, address)).toBe(303);
	// All of them together it can use up: then something is wrong everywhere, for ten minutes.
	await spent("198.51.100.0/24");
	await spent("203.0.113.0/24");
	await spent("198.18.0.0/24");
	expect(await guess(house, "alice", password, "192.0.3.1")).toBe(429);
	house.wait(600_000);
	for (const address of ["192.0.3.1", "192.0.2.1"]) expect(await guess(house, "alice", password, address)).toBe(303);
});

test("D8 a device that a person is known on is heard, whatever its network did", async () => {
	await using house = await openHouse();
	const known = house.browser();
	const shown = await known.go(requestOf(clients.portal).url);
	expect((await known.signIn(shown, "alice", password)).status).toBe(303);
	const { store, tokens } = house.gatehouse.ground;
	const places = (i: number) => placesFor(`nobody ${i}`, undefined, "127.0.0.0/24", undefined, tokens.macs.bucket);
	await Promise.all(Array.from({ length: 2_600 }, (_, i) => store.guesses.take(places(i), house.now())));
	expect(await guess(house, "alice", password, "127.0.0.1")).toBe(429);
	known.cookies.delete("__Host-gatehouse");
	const again = await known.go(requestOf(clients.portal).url);
	expect((await known.signIn(again, "alice", password)).status).toBe(303);
});
