import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { partiesAt } from "./parties.ts";
import { people } from "./people.ts";
import { welcome } from "./welcome.ts";

test("the welcome names every place and everyone who may sign in, in 80 columns", () => {
	const parties = partiesAt(64_000);
	const text = welcome(
		{ parties, redis: "redis://:secret@127.0.0.1:64007" },
		"examples/company/data/64000",
		(_style, painted) => `\u001b[1m${painted}\u001b[0m`,
	);
	const lines = stripVTControlCharacters(text).split("\n");
	expect(lines.filter((line) => line.length > 80)).toEqual([]);
	for (const { origin } of Object.values(parties)) expect(lines.some((line) => line.split(/ {2,}/).includes(origin))).toBe(true);
	for (const { username, password } of people) {
		expect(lines.some((line) => line.includes(username) && line.includes(password))).toBe(true);
	}
	expect(lines.some((line) => line.split(/ {2,}/).includes("127.0.0.1:64007"))).toBe(true);
	expect(text).not.toContain("secret");
	expect(text).toContain(`${parties.auth.origin}/account`);
	expect(text).toContain("delete examples/company/data/64000.");
});

test("without Redis the welcome says where the sessions are then", () => {
	const text = welcome({ parties: partiesAt(4000), redis: undefined }, "data", (_style, painted) => painted);
	expect(text).toMatch(/redis +not found +sessions are in memory/);
});
