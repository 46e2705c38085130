import { harmless, paint } from "../colours.ts";
import { shown } from "./shown.ts";

/** The voice of the tour: it says what is done, shows what goes over the wire, and keeps count of what was not as it must be. */
export class Walk {
	#chapters = 0;
	#checks = 0;
	#faults = 0;

	chapter(title: string, sections: string, why: string): void {
		this.#chapters++;
		console.log(`\n${paint("bold", `${this.#chapters}. ${title}`)}  ${paint("gray", sections)}`);
		for (const line of wrapped(why)) console.log(`   ${line}`);
	}

	step(text: string): void {
		console.log(`\n   ${paint("cyan", text)}`);
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
			for (const [at, part] of wrapped(line).entries()) console.log(`     ${paint("yellow", "│")} ${at > 0 ? "  " : ""}${harmless(part)}`);
		}
	}

	/** Says what must hold, why, and whether it does. */
	check(sentence: string, section: string, holds: boolean): void {
		this.#checks++;
		if (!holds) this.#faults++;
		console.log(`   ${holds ? paint("green", "✔") : paint("red", "✘")} ${sentence}  ${paint("gray", section)}`);
	}

	/** The tour could not go on. */
	stumble(error: unknown): void {
		this.#faults++;
		console.log(`   ${paint("red", "✘")} The tour could not go on: ${harmless(error instanceof Error ? error.message : String(error))}`);
	}

	/** The last line; true when everything was as it must be. */
	conclude(): boolean {
		const verdict = this.#faults === 0 ? paint("green", "all as it must be") : paint("red", `${this.#faults} not as it must be`);
		console.log(`\n${this.#checks} checks in ${this.#chapters} chapters, ${verdict}.`);
		return this.#faults === 0;
	}

	#wire(arrow: string, line: string, parameters: Iterable<readonly [string, string]>): void {
		console.log(`   ${paint("yellow", arrow)} ${harmless(line)}`);
		for (const [name, value] of parameters) console.log(`       ${paint("gray", name)} ${harmless(shown(name, value))}`);
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
