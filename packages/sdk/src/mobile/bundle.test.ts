import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundle } from "../../generate/bundle.ts";

test("the core is at most 10 kB, and asks nothing of any platform", async () => {
	const [core = "", ...later] = await bundle(join(import.meta.dirname, "index.ts"), "es");
	expect(core).toContain("refresh_token");
	expect(later).toEqual([]);
	expect(core).not.toMatch(/\bfrom\s*["']|\b(?:window|document|localStorage|navigator)\./);
	expect(gzipSync(core, { level: 9 }).byteLength).toBeLessThanOrEqual(10_000);
});
