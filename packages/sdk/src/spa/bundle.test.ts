import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundle } from "../../generate/bundle.ts";
import { workerSourceFile, workerSourceModule } from "../../generate/worker-source.ts";

const gzipped = (text: string) => gzipSync(text, { level: 9 }).byteLength;
const packed = (name: string) => bundle(join(import.meta.dirname, name), "es");

test("the core is at most 9 kB, worker included; a page without workers fetches at most 3.5 beside it, one with a back end 2.2", async () => {
	const [core, ...later] = await packed("index.ts");
	// It is one file: there is no other that it begins with.
	expect(core).not.toMatch(/\bimport\b(?!\()/);
	expect(later).toHaveLength(2);
	expect(gzipped(core)).toBeLessThanOrEqual(9000);
	// The size is that of all that is needed: the worker's text is in it, and it begins to run.
	expect(core).toContain("new Worker(");
	expect(core).toContain("refresh_token");
	const [closure, front] = ["refresh_token", "x-csrf"].map((word) => later.find((file) => file.includes(word))!);
	expect(gzipped(closure!)).toBeLessThanOrEqual(3500);
	expect(gzipped(front!)).toBeLessThanOrEqual(2200);
	expect(core).not.toContain("x-csrf");
	// A page that awaits `ready()` in its first file would wait for ever for a later one that imports the first.
	for (const one of later) expect(one).not.toMatch(/\bimport\b/);
});

test("the bindings are at most a kilobyte each", async () => {
	for (const name of ["vue.ts", "react.ts"]) {
		const [binding, ...later] = await packed(name);
		expect(binding).toContain("useAuth");
		expect(gzipped(binding), name).toBeLessThanOrEqual(1000);
		expect(later).toEqual([]);
	}
});

test("there is no runtime dependency, and what others are for is only for those who have them", () => {
	const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
	expect(manifest).not.toHaveProperty("dependencies");
	expect(manifest).not.toHaveProperty("optionalDependencies");
	for (const name in manifest.peerDependencies) expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
});

test("the worker's text is that of worker.ts: after a change, run `npm run generate --workspace @gatehouse/sdk`", async () => {
	expect(readFileSync(workerSourceFile, "utf8")).toBe(await workerSourceModule());
});
