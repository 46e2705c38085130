import { expect, test } from "vitest";
import { requestOf } from "./flow.ts";
import { clients, openHouse, password } from "./house.ts";

const samples = 1_000;
const hour = 3_600_000;

/** The chance that a random sample of `a` took longer than one of `b`: 0.5 where nothing tells them apart. */
function areaUnderCurve(a: readonly number[], b: readonly number[]): number {
	const all = [...a.map((time) => ({ time, mine: true })), ...b.map((time) => ({ time, mine: false }))].sort((x, y) => x.time - y.time);
	const ranks = all.reduce((sum, { mine }, index) => sum + (mine ? index + 1 : 0), 0);
	return (ranks - (a.length * (a.length + 1)) / 2) / (a.length * b.length);
}

test("LG-01 GEN how long a refused sign-in takes tells nothing about the account: unknown, disabled, without a password, wrong password", async () => {
	await using house = await openHouse({
		file: { users: [{ username: "alice", password }, { username: "mallory", password, enabled: false }, { username: "no-password" }] },
	});
	const browser = house.browser();
	const shown = await browser.go(requestOf(clients.portal).url);
	const hidden = browser.hidden(shown);
	const times: Record<string, number[]> = { alice: [], mallory: [], "no-password": [], "nobody-here": [] };
	const guess = async (username: string) => {
		const start = process.hrtime.bigint();
		const answer = await browser.send("POST", "/login", { ...hidden, username, password: "wrong" });
		expect(answer.statusCode).toBe(400);
		return Number(process.hrtime.bigint() - start);
	};
	const names = Object.keys(times);
	for (let round = 0; round < samples; round++) {
		// The budget of an hour holds ten guesses; the page of one hour is good for no longer.
		if (round % 9 === 0) {
			house.wait(hour + 1000);
			Object.assign(hidden, browser.hidden(await browser.go(requestOf(clients.portal).url)));
		}
		for (const name of names.map((_, index) => names[(index + round) % names.length]!)) times[name]?.push(await guess(name));
	}
	const known = times["alice"]!;
	for (const name of names.slice(1)) {
		const area = areaUnderCurve(known, times[name]!);
		expect(Math.max(area, 1 - area), `alice against ${name}`).toBeLessThanOrEqual(0.55);
	}
});
