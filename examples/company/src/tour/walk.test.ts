import { afterEach, expect, test, vi } from "vitest";
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
	expect(printed.at(-1)).toMatch(/1 checks in 1 chapters, .*all as it must be/);
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
