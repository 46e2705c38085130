import { styleText } from "node:util";

export type Colour = Parameters<typeof styleText>[0];

/** `text` in colour where the output is a terminal that shows it, and plain elsewhere. */
export function paint(colour: Colour, text: string): string {
	return styleText(colour, text, { stream: process.stdout });
}

/** `text` without what could steer a terminal: it may come from a request. */
export function harmless(text: string): string {
	return text.replaceAll(/\p{Cc}/gu, "\u{fffd}");
}
