import { didYouMean, nearest } from "../model/index.ts";
import type { Fields, NestedValue, Row } from "./row.ts";
import { at, fault, isObject, type Reading, unknownField, wrong } from "./shape.ts";

/** The variable of a setting, which wins over the file: `variableOf("store.url")` is `GATEHOUSE_STORE_URL`. */
export function variableOf(path: string): string {
	return `GATEHOUSE_${path
		.replaceAll(/([a-z])([A-Z])/g, "$1_$2")
		.replaceAll(".", "_")
		.toUpperCase()}`;
}

/** True for a setting that a variable can hold. */
export function hasVariable(row: Row): boolean {
	return row.shape.fromText !== undefined;
}

/**
 * Reads what a file says, and what the variables say over it, by the rows of a table of paths. Where neither says
 * anything, the default is read in the same way.
 */
export function readSettings<const Table extends Fields>(table: Table, written: unknown, reading: Reading): NestedValue<Table> {
	const said = new Map<string, unknown>();
	if (isObject(written)) collect(written, "", Object.keys(table), said, reading);
	else wrong({ ...reading, place: "(the whole file)" }, written, "an object");
	const result: Record<string, unknown> = {};
	for (const [path, row] of Object.entries(table)) {
		const value = readOne(row, path, said, reading);
		const names = path.split(".");
		const last = names.pop()!;
		const node = names.reduce(branch, result);
		if (value !== undefined) node[last] = value;
	}
	return result as NestedValue<Table>;
}

/** The object under a name, made where it is not there yet. */
function branch(node: Record<string, unknown>, name: string): Record<string, unknown> {
	const below = isObject(node[name]) ? node[name] : {};
	node[name] = below;
	return below;
}

function readOne(row: Row, path: string, said: ReadonlyMap<string, unknown>, reading: Reading): unknown {
	const variable = variableOf(path);
	const { env } = reading.ground;
	// An empty variable is how compose files spell one that is not set.
	if (row.shape.fromText && env[variable]) return row.shape.read(row.shape.fromText(env[variable]), { ...reading, place: variable });
	const file = `${variable}_FILE`;
	if (row.shape.fromText && row.secret && env[file]) return row.shape.read({ file: env[file] }, { ...reading, place: file });
	const place = path.split(".").reduce(at, reading);
	if (said.has(path)) return row.shape.read(said.get(path), place);
	return row.initial === undefined ? undefined : row.shape.read(row.initial, place);
}

/** Finds what is written under each path; refuses what stands under none. */
function collect(
	written: Readonly<Record<string, unknown>>,
	prefix: string,
	paths: readonly string[],
	said: Map<string, unknown>,
	reading: Reading,
) {
	const known = [...new Set(paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length).split(".")[0]!))];
	for (const [name, value] of Object.entries(written)) {
		const path = prefix + name;
		if (!known.includes(name)) unknownSetting(name, prefix, known, paths, reading);
		else if (value === undefined) continue;
		else if (paths.includes(path)) said.set(path, value);
		else if (isObject(value)) collect(value, `${path}.`, paths, said, at(reading, name));
		else wrong(at(reading, name), value, `an object with ${known.length === 0 ? "settings" : insideOf(path, paths)}`);
	}
}

function insideOf(path: string, paths: readonly string[]): string {
	return paths
		.filter((one) => one.startsWith(`${path}.`))
		.map((one) => one.slice(path.length + 1))
		.join(", ");
}

/** A setting that is known elsewhere is more likely put in the wrong place than misspelt. */
function unknownSetting(name: string, prefix: string, known: readonly string[], paths: readonly string[], reading: Reading): undefined {
	const elsewhere =
		nearest(name, known) === undefined ? paths.find((path) => path.split(".").at(-1) === name && path !== prefix + name) : undefined;
	if (elsewhere === undefined) return unknownField(name, known, {}, reading);
	return fault(at(reading, name), `is not known here; did you mean \`${elsewhere}\`?`);
}

/**
 * Variables that are probably meant for us and are misspelt. Others that begin alike are none of ours: Kubernetes sets
 * `GATEHOUSE_SERVICE_HOST` for a service of that name.
 */
export function misspeltVariables(table: Fields, env: Readonly<Record<string, string | undefined>>): readonly string[] {
	const known = Object.entries(table).flatMap(([path, row]) => {
		const name = variableOf(path);
		return hasVariable(row) ? (row.secret ? [name, `${name}_FILE`] : [name]) : [];
	});
	return Object.keys(env).flatMap((name) => {
		const ours = name.startsWith("GATEHOUSE_") && !known.includes(name) && !/_(SERVICE|PORT)(_|$)/.test(name);
		const bare = known.map((one) => one.slice("GATEHOUSE_".length));
		const meant = ours ? nearest(name.slice("GATEHOUSE_".length), bare) : undefined;
		return meant === undefined ? [] : [`the variable ${name} is no setting${didYouMean(name, [`GATEHOUSE_${meant}`])}`];
	});
}
