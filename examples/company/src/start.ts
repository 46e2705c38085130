import { askedToEnd } from "./asked-to-end.ts";
import { harmless, paint } from "./colours.ts";
import { type Company, startCompany } from "./company.ts";
import { lineOf } from "./log-line.ts";
import { base, dataFolder, type Parties } from "./parties.ts";
import { people } from "./people.ts";

/* `npm start`: the whole company on this machine, until Ctrl+C. */
const colours = { auth: "green", crm: "blue", orders: "cyan", portal: "yellow", analytics: "magenta", "night-job": "gray" } as const;

function say(who: keyof typeof colours, line: string): void {
	console.log(`${paint(colours[who], who.padEnd(9))} ${paint("gray", "│")} ${harmless(lineOf(line))}`);
}

const asked = askedToEnd().then(() => undefined);
try {
	const company = await startCompany({ base, data: dataFolder, say });
	await company.nightJob();
	console.log(welcome(company.parties));
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

function welcome({ auth, crm, orders, portal, analytics }: Parties): string {
	const row = (name: string, where: string, what: string) => `  ${paint("bold", name.padEnd(11))}${where.padEnd(36)}${paint("gray", what)}`;
	return [
		"",
		`  ${paint(["bold", "green"], "Larkfield is open.")} Begin at the portal.`,
		"",
		row("Portal", portal.origin, "the company's web app"),
		row("Analytics", analytics.origin, "somebody else's app: it asks first"),
		row("auth", auth.origin, "Gatehouse, the sign-in"),
		row("crm", crm.origin, "an API, for tokens with its name on"),
		row("orders", orders.origin, "another one"),
		"",
		...people.map(({ username, password, groups }) => row(username, password, `in ${groups.join(", ")}`)),
		"",
		paint("gray", "  For Chrome, Edge and Firefox: Safari keeps no Secure cookies for http://*.localhost. Ctrl+C ends everything."),
		"",
	].join("\n");
}
