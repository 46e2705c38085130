import { expect, test } from "vitest";
import { wrapped } from "./printable.ts";
import { facts, table, when, whole } from "./table.ts";

const now = Date.parse("2026-11-30T12:00:00Z");
const piped = { now, colours: false };
const on = (width: number) => ({ now, colours: false, width });

const rows = [
	["01a1fdfa-4600", "Alice Example of the Hill", "", when(now - 60_000)],
	["01a1fdfa-4601", "Bob", "", when(undefined)],
] as const;
const shown = table([whole("ID"), "NAME", "NOTE", "LAST USED"], rows, "nothing") as (look: {
	now: number;
	colours: boolean;
	width?: number;
}) => string;

test("a pipe gets everything: each column whole, instants exact", () => {
	expect(shown(piped)).toBe(
		[
			"ID             NAME                       NOTE  LAST USED",
			"01a1fdfa-4600  Alice Example of the Hill        2026-11-30T11:59:00.000Z",
			"01a1fdfa-4601  Bob",
		].join("\n"),
	);
});

test("a terminal that is wide enough gets no empty column", () => {
	expect(shown(on(60)).split("\n")[1]).toBe("01a1fdfa-4600  Alice Example of the Hill  1 minute ago");
});

test("a narrow one gets names cut short, and ids and instants whole", () => {
	for (const width of [53, 50, 45, 43]) {
		const lines = shown(on(width)).split("\n");
		expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
		expect(lines[1]).toMatch(/^01a1fdfa-4600 {2}Alice Exam.*… {2}1 minute ago$/);
	}
});

test("where that does not help, each row is a block of lines", () => {
	expect(shown(on(30))).toBe(
		["01a1fdfa-4600", "  NAME       Alice Example of the Hill", "  LAST USED  1 minute ago", "", "01a1fdfa-4601", "  NAME       Bob"].join(
			"\n",
		),
	);
});

test("no rows are a line that says so", () => expect(table(["A"], [], "there are none")).toBe("there are none"));

test("letters that take two places, and marks that take none, leave the columns straight", () => {
	const wide = table(
		["NAME", "B"],
		[
			["山田太郎", "x"],
			["Zoe\u0308", "y"],
		],
		"",
	) as typeof shown;
	expect(wide(piped).split("\n")).toEqual(["NAME      B", "山田太郎  x", "Zoe\u0308       y"]);
	const long = table([whole("A"), "NAME"], [["x".repeat(20), "山田太郎山田太郎"]], "") as typeof shown;
	expect(long(on(36)).split("\n")[1]).toBe(`${"x".repeat(20)}  山田太郎山田…`);
});

test("facts leave out what there is nothing to say about", () => {
	const told = facts({ a: "x", long_name: ["y", "z"], absent: undefined, never: when(undefined), at: when(now - 120_000) }) as typeof shown;
	expect(told(on(80))).toBe("a          x\nlong_name  y, z\nat         2026-11-30 11:58:00 UTC (2 minutes ago)");
});

test("a list keeps its indentation when it is broken into lines", () => {
	expect(wrapped("1. Put it into a file\n  and then", 12)).toBe("1. Put it\n   into a\n   file\n  and then");
	expect(wrapped("see `a b c d e` and so on", 10)).toBe("see\n`a b c d e`\nand so on");
	expect(wrapped("as it is", undefined)).toBe("as it is");
});
