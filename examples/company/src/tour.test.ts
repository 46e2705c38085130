import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

test("the tour finds everything as it must be, and prints no secret whole", { timeout: 90_000 }, async () => {
	const tour = spawn(process.execPath, [join(import.meta.dirname, "tour.ts")], { stdio: ["ignore", "pipe", "inherit"] });
	const [printed, [code]] = await Promise.all([text(tour.stdout), once(tour, "close")]);
	expect(code, printed).toBe(0);
	expect(printed).not.toContain("✘");
	expect(printed).toMatch(/1\d\d checks in 17 chapters, all as it must be\./);
	// A JWT, or a secret of 32 bytes, as it goes over the wire. The challenge and the names of keys are hashes that all may know.
	const withoutHashes = printed.replaceAll(/^ *(keys|code_challenge) .*$/gm, "");
	expect(withoutHashes).not.toMatch(/eyJ[\w-]+\.eyJ[\w-]+\./);
	expect(withoutHashes).not.toMatch(/(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{43,}(?![\w-])/);
	for (const password of ["teapot-under-the-oak", "ladder-behind-the-barn", "kettle-in-the-orchard"])
		expect(printed).not.toContain(password);
});
