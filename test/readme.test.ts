import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { gatehouse, scratchFolder } from "./process.ts";

const root = resolve(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (kind: string) => [...readme.matchAll(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text = ""]) => text);

test("the README's configuration has no fault, and its commands do what it says", async () => {
	using folder = scratchFolder();
	const [yaml = ""] = blocks("yaml");
	folder.write("gatehouse.yaml", yaml.replace("{ env: PORTAL_SECRET }", "a-secret-of-forty-characters-or-so-it-is"));
	const options = { cwd: folder.path, stdin: "correct horse battery staple\n" };
	expect(await gatehouse(["check", "--config", "gatehouse.yaml"], options)).toMatchObject({ code: 0 });
	expect(await gatehouse(["user", "add", "alice", "--config", "gatehouse.yaml"], options)).toMatchObject({ code: 0 });
	expect((await gatehouse(["user", "list", "--config", "gatehouse.yaml"], options)).stdout).toContain("alice");
});

test("the README's configuration of a company only lacks the files that it names", async () => {
	using folder = scratchFolder();
	const [, yaml = ""] = blocks("yaml");
	folder.write("gatehouse.yaml", yaml);
	const ended = await gatehouse(["check", "--config", "gatehouse.yaml"], { cwd: folder.path });
	const said = `${ended.stdout}\n${ended.stderr}`;
	expect(said).toContain("auth.pem");
	expect(said).toContain("auth.key");
	expect(said).not.toContain("not known here");
	expect(ended.code).toBe(1);
});

test("what the README and the other pages point to is there", () => {
	for (const page of [
		"README.md",
		"CONTRIBUTING.md",
		"SECURITY.md",
		"ARCHITECTURE.md",
		"docs/protecting-an-api.md",
		"examples/company/README.md",
	]) {
		const folder = join(root, page, "..");
		const targets = [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = ""]) => target);
		expect(
			targets.filter((target) => !existsSync(join(folder, target))),
			page,
		).toEqual([]);
	}
	expect(readme).toContain("npm ci && npm start");
	expect(readme).toContain("npm ci && npm test");
});
