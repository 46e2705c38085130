import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { createReadableLog } from "./log.ts";

/** What strangers may bring into a record: ends of lines, escapes of 7 and 8 bits, the end of a JSON text, text turned round, a half character. */
const nasty = 'a\r\nb\u001b[2Jc\u009b31md\u0085e\u2028f","g":"h\u202ei\u200bj\u0000k\u007fl\ufeffm\ud800n';
const untouched = "Grüße 中文 👩‍🚀 \\ / + ä";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028-\u202e\ufeff]/;

test("AD-13 JSON lines: one record each, nothing that a terminal obeys, and the same text when it is parsed", () => {
	const program = `
		const { createLog } = await import(${JSON.stringify(new URL("./log.ts", import.meta.url).href)});
		const log = createLog({ write() {} });
		log.info({ path: ${JSON.stringify(nasty)}, compared: { sent: ${JSON.stringify(nasty)} } }, ${JSON.stringify(nasty)});
		log.error({ path: ${JSON.stringify(untouched)} }, "second");
	`;
	const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
	expect(stdout, stderr).not.toMatch(obeyed);
	const records = stdout
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(records).toMatchObject([
		{ level: "info", path: nasty, compared: { sent: nasty }, message: nasty },
		{ level: "error", path: untouched, message: "second" },
	]);
});

test("AD-13 lines for people: one each, what a terminal would obey is shown", () => {
	const lines: string[] = [];
	const log = createReadableLog({ write: (line) => lines.push(line) });
	log.info({ path: nasty, compared: { sent: nasty } }, nasty);
	log.error({ path: untouched }, "second");
	expect(lines).toHaveLength(2);
	for (const line of lines) {
		expect(line.trimEnd()).not.toMatch(obeyed);
		expect(line.match(/\n/g)).toHaveLength(1);
	}
	expect(lines[0]).toContain("a\\u000d\\u000ab\\u001b[2Jc\\u009b31md\\u0085e\\u2028f");
	expect(lines[1]).toContain("Grüße 中文");
});
