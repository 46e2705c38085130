import { relative } from "node:path";
import { askedToEnd } from "./asked-to-end.ts";
import { harmless, paint } from "./colours.ts";
import { type Company, startCompany } from "./company.ts";
import { lineOf } from "./log-line.ts";
import { base, dataFolder } from "./parties.ts";
import { welcome } from "./welcome.ts";

/* `npm start`: the whole company on this machine, until Ctrl+C. */
const colours = {
	auth: "white",
	crm: "blue",
	orders: "cyan",
	portal: "yellow",
	analytics: "magenta",
	shop: "green",
	redis: "red",
	"night-job": "gray",
} as const;

function say(who: keyof typeof colours, line: string): void {
	console.log(`${paint(colours[who], who.padEnd(9))} ${paint("gray", "│")} ${harmless(lineOf(line))}`);
}

const asked = askedToEnd().then(() => undefined);
try {
	const company = await startCompany({ base, data: dataFolder, say });
	await company.nightJob();
	const within = relative(process.cwd(), dataFolder);
	console.log(
		welcome(company.parties, within.startsWith("..") ? dataFolder : within, (style, text) =>
			paint(style === "title" ? ["bold", "green"] : style, text),
		),
	);
	const sentence = await Promise.race([company.broken, asked]);
	await end(company, sentence);
} catch (error) {
	console.error((error as Error).message);
	process.exitCode = 1;
}

async function end(company: Company, sentence: string | undefined): Promise<void> {
	console.log(sentence ?? "\nClosing.");
	await company.stop();
	process.exitCode = sentence === undefined ? 0 : 1;
}
