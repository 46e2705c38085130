import { dirname, resolve } from "node:path";
import { client as clientShape } from "../config/client.ts";
import { readConfigurationFile, UnreadableFile } from "../config/read-file.ts";
import { toClient } from "../config/to-declaration.ts";
import { Refusal } from "../management/refusal.ts";
import { canAsk, readInput } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { absent } from "./file-here.ts";
import { askNewClient } from "./new-client.ts";
import { readForm } from "./read-form.ts";
import { type Input, optionOf, UsageError } from "./verb.ts";

/** Reads a client from a file, from the standard input as JSON, or from answers on a terminal. */
export async function readClient(input: Input, context: CommandContext) {
	const from = optionOf(input, "from");
	if (from === undefined && !canAsk(context))
		throw new UsageError("--from is missing: `gatehouse client add --from FILE`, or `--from -` for JSON on the standard input");
	const missing = from === undefined || from === "-" ? undefined : absent(from, context.cwd);
	if (missing !== undefined) throw new UsageError(missing);
	const folder = from === undefined || from === "-" ? context.cwd : dirname(resolve(context.cwd, from));
	const { metadata, secrets } = toClient(readForm(clientShape, await written(from, input, context), context, { folder }));
	return { metadata: { ...metadata, client_id: metadata.client_id ?? "" }, secrets };
}

async function written(from: string | undefined, input: Input, context: CommandContext): Promise<unknown> {
	if (from === undefined) return askNewClient(input, context);
	if (from !== "-") return fileContent(resolve(context.cwd, from));
	if (context.stdin.isTTY) context.stderr.write("Type or paste the client as JSON, and end it with Ctrl+D on a line of its own.\n");
	return inputJson(await readInput(context));
}

function inputJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new Refusal("the standard input is not JSON");
	}
}

async function fileContent(file: string): Promise<unknown> {
	try {
		return await readConfigurationFile(file);
	} catch (error) {
		if (error instanceof UnreadableFile) throw new Refusal(`${file} ${error.message}`);
		throw error;
	}
}
