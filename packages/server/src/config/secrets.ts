import { extname, resolve } from "node:path";
import { createMasterKeys } from "../tokens/master-key.ts";
import { fault, isObject, list, type Reading, type Shape, wrong } from "./shape.ts";

/** How a secret is written: itself, or where it is. */
export type WrittenSecret = string | { readonly env: string } | { readonly file: string };

/** One master key: its bytes, and the file it comes from or is to be made in. */
export interface MasterKeySource {
	readonly file?: string;
	/** As `createMasterKeys` takes it; absent while the file does not exist yet. */
	readonly key?: string | Uint8Array;
}

const words = 'text, or {"env": "NAME"}, or {"file": "path"}';

/** Reads a file of the configuration; tells in words what the system says. */
function readFile(path: string, reading: Reading): Uint8Array | undefined {
	try {
		return reading.ground.readFile(resolve(reading.ground.folder, path));
	} catch (error) {
		return fault(reading, `names ${resolve(reading.ground.folder, path)}, which ${reasonOf(error)}`);
	}
}

/** What the system's error means, as the end of a sentence about a file. */
export function reasonOf(error: unknown): string {
	const code = error instanceof Error && "code" in error ? error.code : undefined;
	if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
	if (code === "EACCES" || code === "EPERM") return "may not be read by this user";
	if (code === "EISDIR") return "is a folder";
	return `cannot be read (${typeof code === "string" ? code : "unknown reason"})`;
}

/** A secret: `{env}` and `{file}` are followed; one line break at the end of a file is no part of it. */
export function secret(max = 1024): Shape<string, WrittenSecret> {
	return {
		words,
		fromText: (variable) => variable,
		read(written, reading) {
			const found = follow(written, reading);
			if (found === undefined) return undefined;
			if (found === "") return fault(reading, "is empty");
			if (found.includes("\0")) return fault(reading, "has a zero byte in it");
			return Buffer.byteLength(found) <= max ? found : fault(reading, `is longer than ${max} bytes`);
		},
	};
}

function follow(written: unknown, reading: Reading): string | undefined {
	if (typeof written === "string") return written;
	const source = sourceOf(written, reading);
	if (source === undefined) return undefined;
	if (source.kind === "env") {
		const value = reading.ground.env[source.name];
		return value ? value : fault(reading, `takes the variable ${source.name}, which is not set: set it, or name another`);
	}
	const bytes = readFile(source.name, reading);
	return (
		bytes &&
		Buffer.from(bytes)
			.toString("utf8")
			.replace(/\r?\n$/, "")
	);
}

function sourceOf(written: unknown, reading: Reading): { readonly kind: "env" | "file"; readonly name: string } | undefined {
	if (!isObject(written)) return wrong(reading, written, words);
	const [kind, ...more] = Object.keys(written);
	const name = kind === undefined ? undefined : written[kind];
	if ((kind !== "env" && kind !== "file") || more.length > 0 || typeof name !== "string" || name === "")
		return fault(reading, `must be ${words}`);
	return { kind, name };
}

const masterKeyWords = "a master key (32 random bytes as base64url or hex)";

function masterKey(written: unknown, reading: Reading): MasterKeySource | undefined {
	const source = typeof written === "string" ? undefined : sourceOf(written, reading);
	if (typeof written !== "string" && source === undefined) return undefined;
	const file = source?.kind === "file" ? resolve(reading.ground.folder, source.name) : undefined;
	if (file !== undefined && !exists(file, reading)) return { file };
	// A file may hold raw bytes.
	const key = file === undefined ? follow(written, reading) : readFile(file, reading);
	if (key === undefined) return undefined;
	try {
		createMasterKeys([key]);
	} catch {
		return fault(reading, `is not ${masterKeyWords}: \`openssl rand -base64 32\` makes one`);
	}
	return file === undefined ? { key } : { file, key };
}

function exists(file: string, reading: Reading): boolean {
	try {
		reading.ground.readFile(file);
		return true;
	} catch (error) {
		return reasonOf(error) !== "does not exist";
	}
}

const several = list<MasterKeySource, WrittenSecret>({ words: masterKeyWords, read: masterKey });

/** One master key or several, newest first. A file that does not exist yet is no fault here: the store decides whether it may be made. */
export const masterKeys: Shape<readonly MasterKeySource[], WrittenSecret | readonly WrittenSecret[]> = {
	words: `${masterKeyWords}: ${words}; or a list of them, newest first`,
	fromText: (variable) => variable,
	read(written, reading) {
		if (Array.isArray(written))
			return written.length > 0 ? several.read(written, reading) : fault(reading, "is an empty list: name at least one key");
		const key = masterKey(written, reading);
		return key && [key];
	},
};

/** A file in PEM form: its text. */
export function pem(kind: "CERTIFICATE" | "PRIVATE KEY"): Shape<string, string> {
	const words = `the path of a PEM file with a ${kind.toLowerCase()}`;
	return {
		words,
		fromText: (variable) => variable,
		read(written, reading) {
			if (typeof written !== "string" || written === "") return wrong(reading, written, words);
			const bytes = readFile(written, reading);
			const text = bytes && Buffer.from(bytes).toString("utf8");
			if (text === undefined || new RegExp(`-----BEGIN (?:[A-Z]+ )?${kind}-----`).test(text)) return text;
			return fault(reading, `names ${resolve(reading.ground.folder, written)}, which is no PEM file with a ${kind.toLowerCase()}`);
		},
	};
}

const imageTypes: Readonly<Record<string, string>> = {
	".svg": "image/svg+xml",
	".png": "image/png",
	".jpg": "image/jpeg",
	".webp": "image/webp",
};
const maxImage = 64 * 1024;

/** A picture: its `data:` URL, because pages load nothing a second time. */
export const image: Shape<string, string> = {
	words: `the path of a picture (${Object.keys(imageTypes).join(", ")}) of at most ${maxImage / 1024} KB`,
	fromText: (variable) => variable,
	read(written, reading) {
		const type = typeof written === "string" ? imageTypes[extname(written).toLowerCase()] : undefined;
		if (typeof written !== "string" || type === undefined) return fault(reading, `must be ${image.words}`);
		const bytes = readFile(written, reading);
		if (!bytes) return undefined;
		if (bytes.length > maxImage) return fault(reading, `is larger than ${maxImage / 1024} KB: pages carry it with them`);
		return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
	},
};
