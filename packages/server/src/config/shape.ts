import { didYouMean } from "../model/index.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import type { Fields, FileOf, ValueOf } from "./row.ts";

/** What a configuration may look at while it is parsed. */
export interface Ground {
	/** Relative paths resolve against it: the folder of the file, or the working directory where there is none. */
	readonly folder: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** @throws the system's error, with its `code`. */
	readonly readFile: (path: string) => Uint8Array;
}

/** One thing that is wrong, where it stands, and what to do about it. */
export interface Fault {
	/** As one would write it in JavaScript: `clients[2].redirect_uris[0]`. */
	readonly place: string;
	readonly text: string;
}

/** Where a value stands, and to whom its faults are told. */
export interface Reading {
	readonly place: string;
	readonly ground: Ground;
	readonly faults: Fault[];
}

/** How one kind of value is written, and what it becomes. */
export interface Shape<Value, Written = Value> {
	/** What it is, for the manual and for faults: `a duration such as "10m"`. */
	readonly words: string;
	/**
	 * The value, or undefined after telling at least one fault. While there is any fault, objects may lack fields and
	 * lists may have gaps: only the search for more faults may look at them.
	 */
	readonly read: (written: unknown, at: Reading) => Value | undefined;
	/** What the text of a variable stands for; absent where a variable cannot hold it. */
	readonly fromText?: (text: string) => unknown;
	/** The fields of an object, or of the objects in a list, for the manual. */
	readonly fields?: Fields;
	/** Never set: carries the type of what is written. */
	readonly written?: Written;
}

/** The place of a member: `member(member("clients", 2), "scope")` is `clients[2].scope`. */
export function member(place: string, key: string | number): string {
	if (typeof key === "number") return `${place}[${key}]`;
	if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${place}[${JSON.stringify(key)}]`;
	return place === "" ? key : `${place}.${key}`;
}

/** The reading of a member. */
export function at(reading: Reading, key: string | number): Reading {
	return { ...reading, place: member(reading.place, key) };
}

/** Tells a fault: `text` goes on a sentence that begins with the place. */
export function fault(reading: Reading, text: string): undefined {
	reading.faults.push({ place: reading.place, text });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A written value as a fault names it; texts are not repeated, for one may be a secret in the wrong place. */
function kindOf(value: unknown): string {
	if (value === null) return "empty";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "number" || typeof value === "boolean") return String(value);
	return typeof value === "string" ? "text" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Tells that a value is no such thing. */
export function wrong(reading: Reading, written: unknown, words: string): undefined {
	return fault(reading, `must be ${words}, and is ${kindOf(written)}`);
}

/** As {@link kindOf}, but a number with or without a unit and a very short word are repeated: no secret looks like that. */
function plainly(written: unknown): string {
	return typeof written === "string" && /^(\d{1,6} ?[a-z]{0,8}|[a-z]{1,5})$/i.test(written) ? JSON.stringify(written) : kindOf(written);
}

/** What a text must keep to. */
export interface TextLimits {
	/** In characters, a thousand unless said. */
	readonly max?: number;
	/** Whether line breaks are part of it. */
	readonly lines?: boolean;
	/** Why it is no such text: the end of a sentence. */
	readonly why?: (text: string) => string | undefined;
}

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** Text without control and direction marks, which would show one thing and mean another. */
export function text(words = "text", about: TextLimits = {}): Shape<string> {
	return {
		words,
		fromText: (variable) => variable,
		read(written, reading) {
			if (typeof written !== "string") return wrong(reading, written, words);
			const max = about.max ?? 1000;
			if (written === "" || written.trim() !== written) return fault(reading, "is empty or has blanks around it");
			if (written.length > max) return fault(reading, `is longer than ${max} characters`);
			if (invisible.test(about.lines ? written.replaceAll(/\r?\n/g, "") : written))
				return fault(reading, "has invisible characters: take them away");
			const why = about.why?.(written);
			return why === undefined ? written : fault(reading, why);
		},
	};
}

export function integer(min: number, max: number): Shape<number> {
	const words = `a whole number from ${min} to ${max}`;
	return {
		words,
		fromText: (variable) => (/^\d{1,15}$/.test(variable) ? Number(variable) : variable),
		read: (written, reading) =>
			Number.isSafeInteger(written) && Number(written) >= min && Number(written) <= max
				? Number(written)
				: fault(reading, `must be ${words}, and is ${plainly(written)}`),
	};
}

export const flag: Shape<boolean> = {
	words: "true or false",
	fromText: (variable) => (variable === "true" ? true : variable === "false" ? false : variable),
	read: (written, reading) =>
		typeof written === "boolean" ? written : fault(reading, `must be ${flag.words}, and is ${plainly(written)}`),
};

/** A duration between two bounds, in milliseconds. */
export function duration(min: string, max: string): Shape<number, string> {
	const words = `a duration from "${min}" to "${max}"`;
	return {
		words,
		fromText: (variable) => variable,
		read(written, reading) {
			const milliseconds = typeof written === "string" ? parseDuration(written) : undefined;
			if (milliseconds === undefined)
				return fault(reading, `must be a duration such as "90s", "10m", "8h" or "30d", and is ${plainly(written)}`);
			if (milliseconds >= parseDuration(min)! && milliseconds <= parseDuration(max)!) return milliseconds;
			return fault(reading, `must be ${words}, and is "${formatDuration(milliseconds)}"`);
		},
	};
}

/** One of a few words; `others` says something about words that are known and not taken. */
export function choice<const Word extends string>(
	words: readonly Word[],
	others: (word: string) => string | undefined = () => undefined,
): Shape<Word> {
	const list = words.map((word) => `"${word}"`).join(", ");
	return {
		words: words.length === 1 ? list : `one of ${list}`,
		fromText: (variable) => variable,
		read(written, reading) {
			const word = words.find((candidate) => candidate === written);
			if (word !== undefined) return word;
			if (typeof written !== "string") return wrong(reading, written, `one of ${list}`);
			const meant = didYouMean(written, words);
			// What is close to a known word is no secret.
			const is = meant === "" ? "" : `, and is ${JSON.stringify(written)}${meant}`;
			return fault(reading, others(written) ?? `must be ${words.length === 1 ? list : `one of ${list}`}${is}`);
		},
	};
}

export function list<Value, Written>(of: Shape<Value, Written>): Shape<readonly Value[], readonly Written[]> {
	const words = `a list of: ${of.words}`;
	return {
		words,
		...(of.fields === undefined ? {} : { fields: of.fields }),
		read(written, reading) {
			if (!Array.isArray(written)) return wrong(reading, written, words);
			// What cannot be read leaves a gap, so that the places of later faults stay right.
			const values = new Array<Value>(written.length);
			written.forEach((item, index) => {
				const value = of.read(item, at(reading, index));
				if (value !== undefined) values[index] = value;
			});
			return values;
		},
	};
}

/** An object whose fields are known. `others` says something about fields that are known elsewhere and not taken here. */
export function object<const Table extends Fields>(
	fields: Table,
	words = "an object",
	others: Readonly<Record<string, string>> = {},
): Shape<ValueOf<Table>, FileOf<Table>> {
	return {
		words,
		fields,
		read(written, reading) {
			if (!isObject(written)) return wrong(reading, written, words);
			for (const name of Object.keys(written)) if (!Object.hasOwn(fields, name)) unknownField(name, Object.keys(fields), others, reading);
			const value: Record<string, unknown> = {};
			for (const [name, row] of Object.entries(fields)) {
				const field = at(reading, name);
				const own = Object.hasOwn(written, name) ? written[name] : undefined;
				if (own === undefined && row.required) fault(field, `is missing: give it ${row.shape.words}`);
				const read = own === undefined ? undefined : row.shape.read(own, field);
				if (read !== undefined) value[name] = read;
			}
			return value as ValueOf<Table>;
		},
	};
}

/** Tells that a field is not known here, and which one was probably meant. */
export function unknownField(
	name: string,
	known: readonly string[],
	others: Readonly<Record<string, string>>,
	reading: Reading,
): undefined {
	const other = Object.hasOwn(others, name) ? others[name] : undefined;
	return fault(at(reading, name), other ?? `is not known here${didYouMean(name, known)}`);
}
