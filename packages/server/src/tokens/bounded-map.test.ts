import { expect, test } from "vitest";
import { createBoundedMap } from "./bounded-map.ts";

test("the oldest entry makes room for one more", () => {
	const map = createBoundedMap<number>(2);
	map.set("a", 1);
	map.set("b", 2);
	map.set("c", 3);
	expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([undefined, 2, 3, 2]);
});

test("an entry that is set again needs no room", () => {
	const map = createBoundedMap<number>(2);
	map.set("a", 1);
	map.set("b", 2);
	map.set("b", 4);
	expect([map.get("a"), map.get("b"), map.size]).toEqual([1, 4, 2]);
});

test("ten thousand names leave no more than the limit", () => {
	const map = createBoundedMap<number>(100);
	for (let i = 0; i < 10_000; i++) map.set(`name ${i}`, i);
	expect(map.size).toBe(100);
	expect(map.get("name 9999")).toBe(9999);
});
