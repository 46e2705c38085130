import { afterEach, expect, test, vi } from "vitest";
import { chosenIn } from "./chosen.ts";
import { Walk } from "./walk.ts";

const printed: string[] = [];
vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
afterEach(() => {
	printed.length = 0;
});

test("a tour on which everything was as it must be ends well", () => {
	const walk = new Walk();
	walk.chapter("One", "RFC 1", "why");
	walk.check("water is wet", "RFC 1 §1", true);
	expect(walk.conclude()).toBe(true);
	expect(printed.join("\n")).toMatch(/1 checks in 1 chapters, .*all as it must be.*\n +1\. One\n/s);
});

test("one thing that is not as it must be is enough to end badly, and so is a tour that could not go on", () => {
	const walk = new Walk();
	walk.check("water is wet", "RFC 1 §1", true);
	walk.check("water is dry", "RFC 1 §2", false);
	expect(walk.conclude()).toBe(false);
	expect(printed.join("\n")).toMatch(/✘.* water is dry/);
	const stopped = new Walk();
	stopped.stumble(new Error("the bridge is out"));
	expect(stopped.conclude()).toBe(false);
	expect(printed.join("\n")).toMatch(/✘.* The tour could not go on: the bridge is out/);
});

test("of chapters that were not chosen only their titles are told at the end, and what is not as it must be in them", () => {
	const walk = new Walk(chosenIn(["2"]));
	for (const title of ["One", "Two"]) {
		walk.chapter(title, "RFC 1", `why ${title}`);
		walk.sent(`GET /${title}`);
		walk.check(`water is wet in ${title}`, "RFC 1 §1", true);
	}
	walk.chapter("Three", "RFC 1", "why Three");
	walk.check("water is dry", "RFC 1 §2", false);
	expect(walk.conclude()).toBe(false);
	const text = printed.join("\n");
	for (const shown of ["why Two", "GET /Two", "water is wet in Two", "water is dry", " 1. One", " 3. Three"]) expect(text).toContain(shown);
	for (const silent of ["why One", "GET /One", "water is wet in One", "why Three"]) expect(text).not.toContain(silent);
});

test("chapters are chosen by numbers that there are", () => {
	expect([...chosenIn(["4", "17"])]).toEqual([4, 17]);
	expect(chosenIn([]).size).toBe(0);
	for (const word of ["0", "18", "four", "-1", "4.5", ""])
		expect(() => chosenIn(["4", word])).toThrow(`no chapter ${JSON.stringify(word)}`);
});
