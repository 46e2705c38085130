import type { ComponentChildren, VNode } from "preact";
import { plainText } from "./plain-text.ts";
import type { Message } from "./words.ts";

/** What fills a message: a name from outside, a number, an element of ours, or what surrounds a part of the sentence. */
type Value = string | number | VNode | ((inside: ComponentChildren) => VNode);

const bold = (inside: ComponentChildren) => <b>{inside}</b>;

/**
 * A message of the catalogue, filled in. A text from outside is made plain and isolated, so that a name in another
 * direction leaves the sentence in order; it is never read as a message itself.
 *
 * @example <h1>{say(words.signIn.title, { app: "Shop" })}</h1> // <h1>Sign in to <bdi>Shop</bdi></h1>
 */
export function say(message: Message, values: Readonly<Record<string, Value>> = {}): ComponentChildren {
	const filled: Record<string, Value> = { b: bold };
	for (const [name, value] of Object.entries(values)) filled[name] = typeof value === "string" ? <Name text={value} /> : value;
	return message.formatToParts(filled).map((part) => part.value as ComponentChildren);
}

/** A message with names filled in, where only text can stand. */
export function sayText(message: Message, values: Readonly<Record<string, string>> = {}): string {
	return String(message.format(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainText(value)]))));
}

/** A name from outside. */
export function Name({ text }: { readonly text: string }) {
	return <bdi>{plainText(text)}</bdi>;
}

/** The heading of a page. Names of eighty letters are allowed, so a long one is set smaller, and two of them smaller still: the buttons must stay in sight. */
export function Heading({ message, values = {} }: { readonly message: Message; readonly values?: Readonly<Record<string, string>> }) {
	const { length } = sayText(message, values);
	return <h1 class={length > 120 ? "longer" : length > 48 ? "long" : undefined}>{say(message, values)}</h1>;
}
