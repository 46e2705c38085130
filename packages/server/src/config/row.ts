import type { Shape } from "./shape.ts";

/** One setting, or one field of an object: a row of the table from which type, parsing, variables and manual derive. */
export interface Row<Value = unknown, Written = unknown> {
	/** One sentence for the manual. */
	readonly meaning: string;
	readonly shape: Shape<unknown, unknown>;
	/** What it is when it is not written, as one would write it. */
	readonly initial?: Written;
	readonly required?: boolean;
	/** It holds a secret, or may: it is never printed, and `VARIABLE_FILE` may name the file that holds it. */
	readonly secret?: boolean;
	/** Never set: carries the type of the value. */
	readonly value?: Value;
}

/** Rows by name; the table of settings names them by their path, `listen.port`. */
export type Fields = Readonly<Record<string, Row>>;

/** A row that has a default, written as in a file. */
export function setting<Value, Written>(meaning: string, shape: Shape<Value, Written>, initial: Written): Row<Value, Written> {
	return { meaning, shape, initial };
}

/** A row that may stay away. */
export function optional<Value, Written>(meaning: string, shape: Shape<Value, Written>): Row<Value | undefined, Written> {
	return { meaning, shape };
}

/** A row that must be there. */
export function required<Value, Written>(meaning: string, shape: Shape<Value, Written>): Row<Value, Written> & { readonly required: true } {
	return { meaning, shape, required: true };
}

/** Marks a row as one that holds a secret. */
export function secretive<R extends Row>(row: R): R {
	return { ...row, secret: true };
}

type RowValue<R> = R extends Row<infer Value, unknown> ? Value : never;
type RowWritten<R> = R extends { readonly shape: Shape<unknown, unknown>; readonly initial?: infer Written } ? Written : never;
type Optionals<Table> = { [Name in keyof Table]: undefined extends RowValue<Table[Name]> ? Name : never }[keyof Table];
type Requireds<Table> = { [Name in keyof Table]: Table[Name] extends { readonly required: true } ? Name : never }[keyof Table];

/** What the rows of an object become. */
export type ValueOf<Table> = { readonly [Name in Exclude<keyof Table, Optionals<Table>>]: RowValue<Table[Name]> } & {
	readonly [Name in Optionals<Table>]?: Exclude<RowValue<Table[Name]>, undefined>;
};

/** How the rows of an object are written. */
export type FileOf<Table> = { readonly [Name in Requireds<Table>]: RowWritten<Table[Name]> } & {
	readonly [Name in Exclude<keyof Table, Requireds<Table>>]?: RowWritten<Table[Name]>;
};

type Head<Path> = Path extends `${infer First}.${string}` ? First : Path;
type Below<Table, First> = {
	[Path in keyof Table as Path extends `${infer Begin}.${infer Rest}` ? (Begin extends First ? Rest : never) : never]: Table[Path];
};
type Leaves<Table> = { [Path in keyof Table as Path extends `${string}.${string}` ? never : Path]: Table[Path] };
type Branches<Table> = { [Path in keyof Table as Path extends `${string}.${string}` ? Head<Path> : never]: Below<Table, Head<Path>> };

/** What a table of dotted paths becomes: one nested object. */
export type NestedValue<Table> = ValueOf<Leaves<Table>> & {
	readonly [First in keyof Branches<Table>]: NestedValue<Branches<Table>[First]>;
};

/** How a table of dotted paths is written: nested, everything optional. */
export type NestedFile<Table> = { readonly [Name in keyof Leaves<Table>]?: RowWritten<Leaves<Table>[Name]> } & {
	readonly [First in keyof Branches<Table>]?: NestedFile<Branches<Table>[First]>;
};
