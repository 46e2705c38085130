// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text of others for a terminal: what would move the cursor or turn the line round is shown, not obeyed (AD-13). */
export function printable(text: string): string {
	return text.replaceAll(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Letters that take two places: those of East Asia, and pictures. */
const wide =
	/[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

const places = (character: string) => (/^\p{M}$/u.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** How many places of a line a printable text takes. */
export function widthOf(text: string): number {
	let width = 0;
	for (const character of text) width += places(character);
	return width;
}

/** The text in at most so many places, the last an ellipsis when something is left out. */
export function cutTo(text: string, width: number): string {
	if (widthOf(text) <= width) return text;
	let [cut, left] = ["", width - 1];
	for (const character of text) {
		left -= places(character);
		if (left < 0) break;
		cut += character;
	}
	return `${cut}…`;
}

/** Sentences in lines of at most so many places, broken between words; what stands in backticks is to be copied and stays whole. */
export function wrapped(text: string, width: number | undefined): string {
	return width === undefined
		? text
		: text
				.split("\n")
				.map((line) => wrappedLine(line, width))
				.join("\n");
}

function wrappedLine(line: string, width: number): string {
	const [indent = ""] = /^ *(\d\. )?/.exec(line) ?? [];
	const lines = [indent.trimEnd()];
	for (const word of line.slice(indent.length).match(/(?:`[^`]*`|\S)+/g) ?? []) {
		const last = lines.at(-1) ?? "";
		const longer = lines.length === 1 && last === indent.trimEnd() ? `${indent}${word}` : `${last} ${word}`;
		if (widthOf(longer) <= width || last.trim() === "") lines[lines.length - 1] = longer;
		else lines.push(`${" ".repeat(indent.length)}${word}`);
	}
	return lines.join("\n");
}
