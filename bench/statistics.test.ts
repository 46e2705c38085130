import { expect, test } from "vitest";
import { median, quantile, spread } from "./statistics.ts";

test("quantiles lie between the neighbours, whatever the order", () => {
	expect(median([9, 1, 5])).toBe(5);
	expect(median([4, 1, 2, 3])).toBe(2.5);
	expect(quantile([10, 20, 30, 40, 50], 0.99)).toBeCloseTo(49.6);
	expect(quantile([7], 0.99)).toBe(7);
	expect(median([])).toBeNaN();
});

test("the spread is half the range, as a share of the median", () => {
	expect(spread([90, 100, 130])).toBeCloseTo(0.2);
	expect(spread([100])).toBe(0);
});
