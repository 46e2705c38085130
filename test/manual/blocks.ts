import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** A page of the manual, as it is written. */
export interface Page {
	/** Such as `docs/errors.md`. */
	readonly path: string;
	readonly text: string;
	readonly blocks: readonly Block[];
}

/** A block of code in a page. */
export interface Block {
	/** Such as `docs/errors.md:12`. */
	readonly place: string;
	readonly language: string;
	/** The file that it is, by what stands in brackets after the language. */
	readonly file: string | undefined;
	/** Why it is not tested, by a comment in front of it: `<!-- not tested: … -->`. */
	readonly untested: string | undefined;
	readonly code: string;
}

const fence = /(?:<!-- not tested: (.+) -->\n\n?)?^```(\w*)(?: \[(.+)\])?\n([\s\S]*?)^```$/gm;

/** Every page of the manual. */
export const pages: readonly Page[] = readdirSync(join(root, "docs"))
	.filter((name) => name.endsWith(".md"))
	.map((name) => {
		const path = `docs/${name}`;
		const text = readFileSync(join(root, path), "utf8");
		const blocks = [...text.matchAll(fence)].map(({ index, 0: whole, 1: untested, 2: language = "", 3: file, 4: code = "" }): Block => {
			const line = text.slice(0, index + whole.indexOf("```")).split("\n").length;
			return { place: `${path}:${line}`, language, file, untested, code };
		});
		return { path, text, blocks };
	});

/** What a page builds up, file by file: a file that is shown again, changed, begins another state of the whole. */
export function statesOf(page: Page, languages: readonly string[]): readonly ReadonlyMap<string, string>[] {
	const states = [new Map<string, string>()];
	for (const [index, { language, file = `snippet-${index}.${language}`, code, untested }] of page.blocks.entries()) {
		if (untested !== undefined || !languages.includes(language)) continue;
		if (states.at(-1)?.has(file)) states.push(new Map(states.at(-1)));
		states.at(-1)?.set(file, code);
	}
	return states;
}

/** What `|` and `&&` part, quoted texts left whole. */
const command = /(?:'[^']*'|"[^"]*"|[^|&'"])+/g;

/** The commands of a block for the shell, one by one, without what is said about them. */
export function commandsIn(code: string): readonly string[] {
	const lines = code.replaceAll("\\\n", " ").split("\n");
	return lines
		.flatMap((line) => line.replace(/(?:^|\s)#.*$/, "").match(command) ?? [])
		.map((one) => one.trim())
		.filter((one) => one !== "");
}

/** One page, by its path. */
export function pageAt(path: string): Page {
	const page = pages.find((one) => one.path === path);
	if (page === undefined) throw new Error(`${path} is no page of the manual`);
	return page;
}
