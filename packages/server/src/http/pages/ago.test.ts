import { expect, test } from "vitest";
import { ago } from "./ago.ts";

test("a time is told in the largest unit that fits, in the page's language", () => {
	expect(ago("en", 119)).toBeUndefined();
	expect(ago("en", 120)).toBe("2 minutes ago");
	expect(ago("en", 3_599)).toBe("59 minutes ago");
	expect(ago("en", 3_600)).toBe("1 hour ago");
	expect(ago("de", 7_300)).toBe("vor 2 Stunden");
	expect(ago("de", 86_400)).toBe("gestern");
	expect(ago("en", 86_400 * 12.5)).toBe("12 days ago");
	expect(ago("en", -5)).toBeUndefined();
});
