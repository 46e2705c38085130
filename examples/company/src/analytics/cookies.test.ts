import type { Request } from "express";
import { expect, test } from "vitest";
import { readCookie } from "./cookies.ts";

const read = (cookie: string) => readCookie({ get: () => cookie } as unknown as Request, "__Host-browser");

test("PG-07 a cookie is read by its very name, and not at all where a neighbour has tossed in another", () => {
	expect(read("a=1; __Host-browser=mine")).toBe("mine");
	expect(read("__Host-browser=mine; __Host-browser=tossed")).toBeUndefined();
	expect(read("a=1; \u00a0__Host-browser=tossed")).toBeUndefined();
	expect(read("a=1;\u00a0__Host-browser=tossed; __Host-browser=mine")).toBe("mine");
});
