import { type Look, paint, type Shown } from "./look.ts";
import { cutTo, printable, widthOf } from "./printable.ts";
import { ago, instant, second } from "./time.ts";

/** An instant in a cell: people on a terminal read how long ago it was, everyone else reads it exactly. */
interface When {
	readonly at: number;
	/** People compare several of them: to the second for them, too. */
	readonly toTheSecond?: true;
}

export type Cell = string | When;

/** An instant for a cell; an empty one where there is none. */
export function when(milliseconds: number | undefined): Cell {
	return milliseconds === undefined ? "" : { at: milliseconds };
}

/** An instant for a cell of a list in which the order matters. */
export function moment(milliseconds: number): Cell {
	return { at: milliseconds, toTheSecond: true };
}

/** A column that is never cut short, because people copy what is in it. */
export function whole(head: string): { readonly whole: string } {
	return { whole: head };
}

/** Where the columns do not fit, none that may be cut gets narrower than this. */
const narrowest = 12;

/**
 * Columns of equal width, two blanks apart. On a terminal empty columns are left out, long cells are cut, and where that
 * does not help, each row is a block of lines.
 *
 * @param none a line that says so, and what to do next, where there are no rows
 * @example table([whole("CLIENT ID"), "NAME"], [["portal", "Portal"]], "there are no clients yet");
 */
export function table(heads: readonly (string | { readonly whole: string })[], rows: readonly (readonly Cell[])[], none: string): Shown {
	if (rows.length === 0) return none;
	return (look) => {
		const cells = rows.map((row) => row.map((cell) => (typeof cell === "string" ? printable(cell) : timeIn(cell, look))));
		const all = heads.map((head, at) => ({
			head: typeof head === "string" ? head : head.whole,
			uncut: typeof head !== "string" || rows.some((row) => typeof row[at] === "object"),
			cells: cells.map((row) => row[at] ?? ""),
		}));
		if (look.width === undefined) return lines(all, all.map(widest), look);
		const columns = all.filter((column) => column.cells.some((cell) => cell !== ""));
		const widths = fitted(columns, look.width);
		return widths === undefined ? blocks(columns, look) : lines(columns, widths, look);
	};
}

interface Column {
	readonly head: string;
	readonly uncut: boolean;
	readonly cells: readonly string[];
}

const gap = 2;
const widest = ({ head, cells }: Column) => Math.max(...[head, ...cells].map(widthOf));

/** The widths at which the columns fit, the widest cut first; undefined where they do not. */
function fitted(columns: readonly Column[], width: number): readonly number[] | undefined {
	const widths = columns.map(widest);
	let over = widths.reduce((sum, one) => sum + one + gap, -gap) - width;
	while (over > 0) {
		const room = columns.map(({ uncut }, at) => (uncut ? 0 : (widths[at] ?? 0) - narrowest));
		const most = room.indexOf(Math.max(...room));
		if ((room[most] ?? 0) <= 0) return undefined;
		widths[most] = (widths[most] ?? 0) - 1;
		over--;
	}
	return widths;
}

function lines(columns: readonly Column[], widths: readonly number[], look: Look): string {
	const line = (texts: readonly string[]) =>
		texts
			.map((text, at) => padded(cutTo(text, widths[at] ?? 0), widths[at] ?? 0))
			.join(" ".repeat(gap))
			.trimEnd();
	const rows = Array.from(columns[0]?.cells ?? [], (_, row) => line(columns.map(({ cells }) => cells[row] ?? "")));
	return [paint(look, "bold", line(columns.map(({ head }) => head))), ...rows].join("\n");
}

/** One row after the other, a fact a line, the first as its title. */
function blocks([first, ...others]: readonly Column[], look: Look): string {
	const width = Math.max(0, ...others.map(({ head }) => widthOf(head)));
	const block = (title: string, row: number) => [
		paint(look, "bold", title),
		...others.flatMap(({ head, cells }) => (cells[row] ? [`  ${paint(look, "dim", padded(head, width))}  ${cells[row]}`] : [])),
	];
	return (first?.cells ?? []).map((title, row) => block(title, row).join("\n")).join("\n\n");
}

function padded(text: string, width: number): string {
	return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

function timeIn({ at, toTheSecond }: When, { width, now }: Look): string {
	return width === undefined ? instant(at) : toTheSecond ? second(at) : ago(at, now);
}

/** One fact a line; those that are undefined are left out. Instants are told exactly and, on a terminal, how long ago they were. */
export function facts(entries: Readonly<Record<string, unknown>>): Shown {
	const shown = Object.entries(entries).filter(([, value]) => value !== undefined && value !== "");
	const width = Math.max(...shown.map(([name]) => name.length));
	return (look) => shown.map(([name, value]) => `${paint(look, "dim", name.padEnd(width))}  ${printable(worded(value, look))}`).join("\n");
}

function worded(value: unknown, look: Look): string {
	if (typeof value === "string") return value;
	if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((one) => worded(one, look)).join(", ");
	if (typeof value !== "object" || value === null || !("at" in value)) return JSON.stringify(value);
	const { at } = value as When;
	return look.width === undefined ? instant(at) : `${second(at)} (${ago(at, look.now)})`;
}
