import type { CommonOptions } from "@clack/prompts";
import { commonPasswords, whyNotPassword } from "../management/password-rules.ts";
import { Refusal } from "../management/refusal.ts";
import type { CommandContext } from "./context.ts";
import { printable } from "./printable.ts";
import { type Input, UsageError } from "./verb.ts";

/** As much as a secret or a file on the standard input may have. */
const longestInput = 256 * 1024;

/** Everything on the standard input. */
export async function readInput(context: Pick<CommandContext, "stdin">): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of context.stdin) {
		const bytes = Buffer.from(chunk);
		length += bytes.length;
		if (length > longestInput) throw new Refusal(`the standard input is longer than ${longestInput / 1024} KB`);
		chunks.push(bytes);
	}
	return Buffer.concat(chunks).toString("utf8");
}

/** Whether there is somebody to ask: questions are shown on the standard error, because the answer may be redirected. */
export function canAsk({ stdin, stderr }: Pick<CommandContext, "stdin" | "stderr">): boolean {
	return stdin.isTTY === true && stderr.isTTY === true;
}

/** The option of verbs that set a password. */
export const generateOption = ["--generate", "make a password, and show it this once"] as const;

/**
 * A new password: asked for twice on a terminal, and the second time only when it may be set; two that differ are asked for anew, so
 * that what was answered before is not lost. Else the first line of the standard input. Never on the command line, where every process
 * of the machine can read it.
 *
 * @param names what the person is known by
 * @returns undefined when one is to be made
 */
export async function askNewPassword(input: Input, context: CommandContext, names: readonly string[]): Promise<string | undefined> {
	if (input.options["generate"]) return undefined;
	if (!canAsk(context)) {
		const [line = ""] = context.stdin.isTTY ? [] : (await readInput(context)).split(/\r?\n/);
		if (line === "")
			throw new UsageError("there is no password: give it on the standard input, run this on a terminal, or have `--generate` make one");
		return line;
	}
	const isCommon = await commonPasswords();
	const validate = (typed = "") => {
		const why = typed === "" ? undefined : whyNotPassword(typed, names, isCommon);
		return why && `The password ${why}`;
	};
	for (let differed = ""; ; differed = "The two differ, so once more. ") {
		const message = `${differed}Password (leave it empty to have one made)`;
		const first = await ask(context, ({ password }, on) => password({ message, validate, ...on }));
		if (!first) return undefined;
		const second = await ask(context, ({ password }, on) => password({ message: "The same again", ...on }));
		if (first === second) return first;
	}
}

/** The option of verbs that ask before they do what cannot be undone. */
export const yesOption = ["--yes", "do it without asking"] as const;

/** Asks on a terminal whether to go on; scripts have decided already, and so has `--yes`. */
export async function askToGoOn(input: Input, context: CommandContext, message: string): Promise<void> {
	if (input.options["yes"] || !canAsk(context)) return;
	if (!(await askWhether(context, message))) throw new Refusal("nothing was changed");
}

/** Yes or no; no unless said. */
export function askWhether(context: CommandContext, message: string): Promise<boolean> {
	return ask(context, ({ confirm }, on) => confirm({ message: printable(message), initialValue: false, ...on }));
}

/** One line of text. */
export async function askText(
	context: CommandContext,
	message: string,
	about: { readonly initialValue?: string; readonly placeholder?: string; readonly validate?: (typed: string) => string | undefined } = {},
): Promise<string> {
	const { validate, ...rest } = about;
	const judged = validate && { validate: (typed = "") => validate(typed.trim()) };
	return ((await ask(context, ({ text }, on) => text({ message, ...rest, ...judged, ...on }))) ?? "").trim();
}

/** One of several things. */
export interface Choice {
	readonly value: string;
	readonly label: string;
	readonly hint?: string;
}

/** More than these are searched by typing. */
const atAGlance = 8;

/** The value of one choice. */
export function askWhich(context: CommandContext, message: string, choices: readonly Choice[]): Promise<string> {
	const asked = { message, options: choices.map(harmless), maxItems: atAGlance };
	return ask(context, ({ select, autocomplete }, on) => (choices.length > atAGlance ? autocomplete : select)({ ...asked, ...on }));
}

/** The values of any number of choices. */
export function askSome(context: CommandContext, message: string, choices: readonly Choice[]): Promise<readonly string[]> {
	return ask(context, ({ multiselect }, on) => multiselect({ message, options: choices.map(harmless), required: false, ...on }));
}

function harmless({ value, label, hint }: Choice) {
	return { value, label: printable(label), ...(hint !== undefined && { hint: printable(hint) }) };
}

type Prompts = typeof import("@clack/prompts");

/** Where a question is asked, and what takes it back. */
type On = Pick<CommonOptions, "input" | "output" | "signal">;

/**
 * Asks one question. Ctrl+D, the end of the input, takes it back as Ctrl+C does.
 *
 * @throws Refusal when it was taken back.
 */
async function ask<T>({ stdin, stderr }: CommandContext, question: (prompts: Prompts, on: On) => Promise<T>): Promise<Exclude<T, symbol>> {
	// Loaded by those who ask alone: the server never does.
	const prompts = await import("@clack/prompts");
	const ended = new AbortController();
	const end = () => ended.abort();
	const keypress = (_text: unknown, key?: { readonly ctrl?: boolean; readonly name?: string }) => {
		if (key?.ctrl && key.name === "d") end();
	};
	stdin.once("end", end).on("keypress", keypress);
	try {
		const answer = await question(prompts, { input: stdin, output: stderr, signal: ended.signal });
		if (prompts.isCancel(answer)) throw new Refusal("cancelled: nothing was changed");
		return answer as Exclude<T, symbol>;
	} finally {
		stdin.off("end", end).off("keypress", keypress);
	}
}
