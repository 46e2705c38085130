import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

test("a duration is a whole number and a unit", () => {
	for (const [text, milliseconds] of [
		["90s", 90_000],
		["10m", 600_000],
		["8h", 28_800_000],
		["30d", 2_592_000_000],
		["0s", 0],
	] as const)
		expect(parseDuration(text)).toBe(milliseconds);
	for (const text of ["", "10", "m", "1.5h", "-1h", "10 m", "10M", "1h30m", "10ms", "1e3s", "9999999999s"])
		expect(parseDuration(text), text).toBeUndefined();
});

test("what is formatted is parsed again", () => {
	for (const text of ["1s", "59s", "1m", "90m", "1h", "25h", "1d", "400d"]) expect(formatDuration(parseDuration(text) ?? -1)).toBe(text);
	expect(formatDuration(5_400_000)).toBe("90m");
});
