import type { Company } from "./company.ts";
import { people } from "./people.ts";

type Style = "bold" | "gray" | "title";

/**
 * What `npm start` says once everything runs: what is where, and whom to sign in as. Readable at 80 columns, also with a first port of five
 * digits.
 *
 * @param data the folder to delete for a new beginning, as one would type it
 * @param paint shows a text in a style, where the terminal can
 */
export function welcome(
	{ parties, redis }: Pick<Company, "parties" | "redis">,
	data: string,
	paint: (style: Style, text: string) => string,
): string {
	const { auth, crm, orders, portal, analytics, shop, "shop-bff": shopBff } = parties;
	const places = [
		["Shop", shop.origin, "a Vue app in the browser"],
		["Shop (BFF)", shopBff.origin, "the same, without tokens"],
		["Portal", portal.origin, "a web app on a server"],
		["Analytics", analytics.origin, "somebody else's: it asks"],
		["Your account", `${auth.origin}/account`, "apps, devices, password"],
		["auth", auth.origin, "Gatehouse, the sign-in"],
		["crm", crm.origin, "an API: products, customers"],
		["orders", orders.origin, "another API"],
		// There may be a password in its address.
		["redis", redis ? new URL(redis).host : "not found", redis ? "sessions of BFF and portal" : "sessions are in memory"],
	] as const;
	const persons = people.map(({ username, password, groups }) => [username, password, `in ${groups.join(", ")}`] as const);
	return [
		"",
		`  ${paint("title", "Larkfield is open.")} Begin at the shop, then look into the portal.`,
		"",
		...table(["What", "Where", "Which is"], places, paint),
		"",
		...table(["Sign in as", "With the password", "Who is"], persons, paint),
		"",
		paint("gray", "  Or with the password that they have set since. To begin anew, end this"),
		paint("gray", `  and delete ${data}.`),
		"",
		paint("gray", "  For Chrome, Edge and Firefox: Safari keeps no Secure cookies for"),
		paint("gray", "  http://*.localhost. Step by step in the terminal: npm run tour."),
		paint("gray", "  Ctrl+C ends everything."),
		"",
	].join("\n");
}

type Row = readonly [string, string, string];

/** Columns as wide as their longest text, except that all tables begin alike. */
function table(head: Row, rows: readonly Row[], paint: (style: Style, text: string) => string): readonly string[] {
	const width = Math.max(...[head, ...rows].map(([, middle]) => middle.length)) + 2;
	const line = ([first, middle]: Row) => [first.padEnd(14), middle.padEnd(width)] as const;
	const [what, where] = line(head);
	const heading = `  ${paint("gray", what + where + head[2])}`;
	const rule = `  ${paint("gray", "─".repeat(76))}`;
	const body = rows.map((row) => {
		const [first, middle] = line(row);
		return `  ${paint("bold", first)}${middle}${paint("gray", row[2])}`;
	});
	return [heading, rule, ...body];
}
