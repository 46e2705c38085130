import { harmless, paint } from "../colours.ts";
import { shown } from "./shown.ts";

/**
 * The voice of the tour: it says what is done, shows what goes over the wire, and keeps count of what was not as it must be. Every chapter
 * is walked, because one builds on the other; those that were not chosen are walked in silence, and what is not as it must be is said there
 * too.
 */
export class Walk {
	readonly #chosen: ReadonlySet<number>;
	readonly #chapters: string[] = [];
	#checks = 0;
	#faults = 0;

	/** @param chosen the numbers of the chapters to show; all when empty */
	constructor(chosen: ReadonlySet<number> = new Set()) {
		this.#chosen = chosen;
	}

	chapter(title: string, sections: string, why: string): void {
		this.#chapters.push(title);
		this.#say(`\n${paint("bold", `${this.#chapters.length}. ${title}`)}  ${paint("gray", sections)}`);
		for (const line of wrapped(why)) this.#say(`   ${line}`);
	}

	step(text: string): void {
		this.#say(`\n   ${paint("cyan", text)}`);
	}

	/** A request as it goes out; secrets are shortened. */
	sent(line: string, parameters: Iterable<readonly [string, string]> = []): void {
		this.#wire("→", line, parameters);
	}

	/** An answer as it came. */
	got(line: string, parameters: Iterable<readonly [string, string]> = []): void {
		this.#wire("←", line, parameters);
	}

	/** What a page shows, line by line. */
	page(lines: readonly string[]): void {
		for (const line of lines) {
			for (const [at, part] of wrapped(line).entries()) this.#say(`     ${paint("yellow", "│")} ${at > 0 ? "  " : ""}${harmless(part)}`);
		}
	}

	/** Says what must hold, why, and whether it does. */
	check(sentence: string, section: string, holds: boolean): void {
		this.#checks++;
		if (!holds) this.#faults++;
		const line = `   ${holds ? paint("green", "✔") : paint("red", "✘")} ${sentence}  ${paint("gray", section)}`;
		if (holds) this.#say(line);
		else console.log(line);
	}

	/** The tour could not go on. */
	stumble(error: unknown): void {
		this.#faults++;
		console.log(`   ${paint("red", "✘")} The tour could not go on: ${harmless(error instanceof Error ? error.message : String(error))}`);
	}

	/** The verdict, and what there is to see; true when everything was as it must be. */
	conclude(): boolean {
		const verdict = this.#faults === 0 ? paint("green", "all as it must be") : paint("red", `${this.#faults} not as it must be`);
		console.log(`\n${this.#checks} checks in ${this.#chapters.length} chapters, ${verdict}.\n`);
		for (const [index, title] of this.#chapters.entries()) console.log(`  ${String(index + 1).padStart(2)}. ${title}`);
		console.log(paint("gray", "\nChapter 4 alone: npm run tour -- 4. All of them page by page: npm run tour | less -R"));
		return this.#faults === 0;
	}

	#say(line: string): void {
		if (this.#chosen.size === 0 || this.#chosen.has(this.#chapters.length)) console.log(line);
	}

	#wire(arrow: string, line: string, parameters: Iterable<readonly [string, string]>): void {
		this.#say(`   ${paint("yellow", arrow)} ${harmless(line)}`);
		for (const [name, value] of parameters) this.#say(`       ${paint("gray", name)} ${harmless(shown(name, value))}`);
	}
}

function wrapped(text: string): readonly string[] {
	const lines = [""];
	for (const word of text.split(" ")) {
		const line = lines.at(-1) ?? "";
		if (line.length + word.length > 100) lines.push(word);
		else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
	}
	return lines;
}
