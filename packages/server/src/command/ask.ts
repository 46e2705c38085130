import { commonPasswords, whyNotPassword } from "../management/password-rules.ts";
import { Refusal } from "../management/refusal.ts";
import type { CommandContext } from "./context.ts";
import { UsageError } from "./verb.ts";

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

/**
 * A new password: asked for twice on a terminal, and the second time only when it may be set; else the first line of the
 * standard input. Never on the command line, where every process of the machine can read it.
 *
 * @param names what the person is known by
 */
export async function askNewPassword(context: CommandContext, names: readonly string[]): Promise<string> {
	if (!context.stdin.isTTY) {
		const [line = ""] = (await readInput(context)).split(/\r?\n/);
		if (line === "") throw new UsageError("there is no password: give it on the standard input, or run this on a terminal");
		return line;
	}
	const [{ password }, isCommon] = await Promise.all([prompts(), commonPasswords()]);
	const validate = (typed: string | undefined) => {
		const why = whyNotPassword(typed ?? "", names, isCommon);
		return why && `The password ${why}`;
	};
	const first = await answered(password({ message: "Password", validate, ...streams(context) }));
	const second = await answered(password({ message: "The same again", ...streams(context) }));
	if (first !== second) throw new Refusal("the two passwords differ: nothing was changed");
	return first;
}

/** Asks on a terminal whether to go on; scripts have decided already. */
export async function askToGoOn(context: CommandContext, message: string): Promise<void> {
	if (!context.stdin.isTTY) return;
	const { confirm } = await prompts();
	const yes = await answered(confirm({ message, initialValue: false, ...streams(context) }));
	if (!yes) throw new Refusal("nothing was changed");
}

/** Prompts are shown beside the answer, which may be redirected. */
function streams(context: CommandContext) {
	return { input: context.stdin, output: context.stderr };
}

/** Loaded by those who ask alone: the server never does. */
function prompts() {
	return import("@clack/prompts");
}

async function answered<T>(asked: Promise<T>): Promise<Exclude<T, symbol>> {
	const [answer, { isCancel }] = await Promise.all([asked, prompts()]);
	if (isCancel(answer)) throw new Refusal("cancelled: nothing was changed");
	return answer as Exclude<T, symbol>;
}
