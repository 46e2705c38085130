import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { pageAt } from "./blocks.ts";
import { following } from "./following.ts";

const page = pageAt("docs/signing-clients.md");

/** The block that is this file. */
function blockOf(name: string) {
	const found = page.blocks.find(({ file }) => file === name);
	if (found === undefined) throw new Error(`${page.path} has no block ${name}`);
	return found;
}

test("whoever follows the page of clients that sign has a key, a token by it, and a sign-in that is signed", {
	timeout: 120_000,
}, async () => {
	await using reader = await following();
	const ledger = join(reader.folder, "ledger");
	const node = async (...words: readonly string[]) => (await promisify(execFile)(process.execPath, words, { cwd: ledger })).stdout;
	for (const name of ["gatehouse.yaml", "ledger/make-key.ts", "ledger/assertion.ts", "ledger/token.ts", "ledger/sign-in.ts"])
		await reader.follow(blockOf(name));

	// The key of the page is an example of the standard: whoever reads it puts their own there.
	const configuration = join(reader.folder, "gatehouse.yaml");
	const printed = JSON.parse(await node("make-key.ts"));
	const example = /\{ kty: EC,.*\}/;
	expect(readFileSync(configuration, "utf8")).toMatch(example);
	writeFileSync(configuration, readFileSync(configuration, "utf8").replace(example, JSON.stringify(printed.keys[0])));
	await expect(node("make-key.ts"), "a key that is there is not written over").rejects.toThrow("EEXIST");

	await reader.follow({
		...blockOf("gatehouse.yaml"),
		language: "sh",
		file: undefined,
		code: "npx gatehouse serve --config gatehouse.yaml\n",
	});
	const token = await node("token.ts");
	expect(token).toMatch(/^200 \{/);
	expect(token).toContain("scope: 'orders.read'");

	writeFileSync(
		join(ledger, "go.ts"),
		`import { signInUrl } from "./sign-in.ts";
console.log(await signInUrl({ state: "s", nonce: "n", code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" }));
`,
	);
	const url = (await node("go.ts")).trim();
	const answer = await fetch(url, { redirect: "manual" });
	expect([answer.status, answer.headers.get("location")]).toEqual([303, expect.stringMatching(/^\/login\?continue=/)]);
	const changed = await fetch(`${url.slice(0, -8)}AAAAAAAA&redirect_uri=${encodeURIComponent(`${reader.origin(5173)}/callback`)}`, {
		redirect: "manual",
	});
	expect(changed.headers.get("location")).toContain("error=invalid_request_object");
});
