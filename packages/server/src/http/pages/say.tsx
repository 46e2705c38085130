import type { ComponentChildren } from "preact";
import { plainText } from "./plain-text.ts";

const slot = /\{(\w+)\}/;

/**
 * A sentence of `words.ts` with its slots filled. A text from outside is made plain and isolated, so that a name in another
 * direction leaves the sentence in order.
 *
 * @example <h1>{say("Sign in to {app}", { app: "Shop" })}</h1> // <h1>Sign in to <bdi>Shop</bdi></h1>
 */
export function say(sentence: string, values: Readonly<Record<string, ComponentChildren>> = {}): ComponentChildren {
	return sentence.split(slot).map((part, index) => {
		if (index % 2 === 0) return part;
		const value = values[part];
		return typeof value === "string" ? <Name text={value} /> : value;
	});
}

/** A sentence with its slots filled, where only text can stand. */
export function sayText(sentence: string, values: Readonly<Record<string, string>>): string {
	return sentence.replace(new RegExp(slot, "g"), (_, name: string) => plainText(values[name] ?? ""));
}

/** A name from outside. */
export function Name({ text }: { readonly text: string }) {
	return <bdi>{plainText(text)}</bdi>;
}

/** The heading of a page. Names of eighty letters are allowed, so a long one is set smaller: the buttons must stay in sight. */
export function Heading({ sentence, values = {} }: { readonly sentence: string; readonly values?: Readonly<Record<string, string>> }) {
	return <h1 class={sayText(sentence, values).length > 48 ? "long" : undefined}>{say(sentence, values)}</h1>;
}
