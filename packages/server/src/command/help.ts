import type { HelpConfiguration } from "commander";
import type { CommandContext } from "./context.ts";
import { lookOf, paint } from "./look.ts";
import { widthOf } from "./printable.ts";

/** Headings stand out; commander takes the colours away again where there are none. */
export const helpLooks: HelpConfiguration = { styleTitle: (title) => paint({ colours: true }, "bold", title) };

/** What to type, for the end of a help. */
export function exampleLines(examples: readonly (readonly [typed: string, what: string])[], context: CommandContext): string {
	if (examples.length === 0) return "";
	const look = lookOf(context.stdout, context);
	const width = Math.max(...examples.map(([typed]) => widthOf(typed)));
	const fits = width + Math.max(...examples.map(([, what]) => what.length)) + 16 <= (context.stdout.columns ?? 80);
	const lines = examples.map(([typed, what]) =>
		fits ? `  gatehouse ${typed.padEnd(width)}  ${paint(look, "dim", what)}` : `  ${paint(look, "dim", `# ${what}`)}\n  gatehouse ${typed}`,
	);
	return `\n${paint(look, "bold", "Examples:")}\n${lines.join("\n")}`;
}
