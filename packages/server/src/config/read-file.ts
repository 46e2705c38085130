import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
import { didYouMean } from "../model/index.ts";
import { reasonOf } from "./secrets.ts";

/** A configuration file that cannot even be read as one: the end of a sentence that begins with its name. */
export class UnreadableFile extends Error {}

/** How each kind of file becomes a value. */
const readers: Readonly<Record<string, (path: string) => unknown>> = {
	".ts": byImport,
	".js": byImport,
	".json": (path) => json(contentOf(path)),
	".yaml": (path) => yaml(contentOf(path)),
	".yml": (path) => yaml(contentOf(path)),
};

/**
 * Reads a configuration file as it is written.
 *
 * @param path absolute
 * @throws UnreadableFile when it is not there, or is not well-formed.
 */
export async function readConfigurationFile(path: string): Promise<unknown> {
	const reader = readers[extname(path)];
	if (!reader) throw new UnreadableFile(`is no configuration file: its name must end in ${Object.keys(readers).join(", ")}`);
	return reader(path);
}

function contentOf(path: string): string {
	try {
		return readFileSync(path, "utf8").replace(/^\ufeff/, "");
	} catch (error) {
		throw new UnreadableFile(`${reasonOf(error)}${existsSync(path) ? "" : nearestBeside(path)}`);
	}
}

/** `; did you mean ...` with the file of the same folder whose name is nearest, or nothing. */
export function nearestBeside(path: string): string {
	const folder = dirname(path);
	return existsSync(folder) ? didYouMean(basename(path), readdirSync(folder)) : "";
}

function json(content: string): unknown {
	try {
		return JSON.parse(content);
	} catch (error) {
		throw new UnreadableFile(`is not JSON: ${lineOf(error, content)}`);
	}
}

/** The system's message quotes what it found, which may be a secret: the line says enough. */
function lineOf(error: unknown, content: string): string {
	const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
	const before = position === undefined ? content : content.slice(0, Number(position));
	return `look at line ${before.split("\n").length}`;
}

/** The usual slips of YAML, each as the end of a sentence that begins with the line. The library's own words quote the file. */
const yamlReasons: Readonly<Record<string, string>> = {
	BAD_INDENT: "is not indented like the lines around it",
	BAD_SCALAR_START: "begins with a character that needs quotes around the text",
	BAD_DQ_ESCAPE: "has a `\\` in double quotes that escapes nothing: use single quotes",
	BLOCK_AS_IMPLICIT_KEY: "has a second `: `, or lacks a line break before its key: put quotes around a text with `: ` in it",
	BLOCK_IN_FLOW: "has an indented block within brackets: close the bracket first",
	MISSING_CHAR: "lacks a quote, a bracket, a colon or a comma before this point",
	MULTILINE_IMPLICIT_KEY: "has a key that runs over several lines: is a colon or a quote missing?",
	MULTIPLE_DOCS: "begins a second document: one file is one document, take the `---` away",
	TAB_AS_INDENT: "is indented with a tab: YAML takes blanks alone",
	UNEXPECTED_TOKEN: "has something that belongs elsewhere: is a quote, a bracket or a comma too many?",
};

function yamlReason(code: string, from: string): string {
	if (code === "DUPLICATE_KEY") {
		const key = /^["']?([\w.$-]{1,60})/.exec(from)?.[1];
		return `, which has ${key === undefined ? "a key" : `the key \`${key}\``} for the second time`;
	}
	const reason = yamlReasons[code];
	return reason === undefined ? ` (${code})` : `, which ${reason}`;
}

async function yaml(content: string): Promise<unknown> {
	// Loaded for those who write YAML alone: it takes as long to load as the rest of the start.
	const { parseDocument } = await import("yaml");
	const document = parseDocument(content, { uniqueKeys: true, prettyErrors: true, version: "1.2" });
	const [error] = document.errors;
	if (error)
		throw new UnreadableFile(
			`is not YAML: look at line ${error.linePos?.[0].line ?? 1}${yamlReason(error.code, content.slice(error.pos[0]))}`,
		);
	try {
		return document.toJS({ maxAliasCount: 100 });
	} catch (cause) {
		throw new UnreadableFile("is not YAML that can be used: it has too many aliases", { cause });
	}
}

async function byImport(path: string): Promise<unknown> {
	contentOf(path);
	let module: { readonly default?: unknown };
	try {
		module = await import(pathToFileURL(path).href);
	} catch (cause) {
		throw new UnreadableFile(`cannot be run: ${cause instanceof Error ? cause.message.split("\n")[0] : String(cause)}`, { cause });
	}
	if (module.default === undefined) throw new UnreadableFile("has no default export: write `export default defineConfig({ … })`");
	return module.default;
}
