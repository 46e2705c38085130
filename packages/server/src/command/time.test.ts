import { expect, test } from "vitest";
import { ago, second } from "./time.ts";

const now = Date.parse("2026-11-30T12:00:00Z");

test.each([
	[0, "just now"],
	[-59_999, "just now"],
	[-60_000, "1 minute ago"],
	[-59 * 60_000, "59 minutes ago"],
	[-3_600_000, "1 hour ago"],
	[-3 * 86_400_000, "3 days ago"],
	[-29 * 86_400_000, "29 days ago"],
	[-40 * 86_400_000, "1 month ago"],
	[-800 * 86_400_000, "2 years ago"],
	[1, "in a moment"],
	[600_000, "in 10 minutes"],
])("%i milliseconds from now are %s", (distance, said) => expect(ago(now + distance, now)).toBe(said));

test("an instant to the second", () => expect(second(now + 999)).toBe("2026-11-30 12:00:00 UTC"));
