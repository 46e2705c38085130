import { readFileSync } from "node:fs";
import { createApi } from "../../dist/resource-server/index.js";
import { partyAt } from "./party.ts";
import { type Party, run } from "./suite.ts";

/** Every way into the package that needs no framework of the browser's. */
async function waysIn(): Promise<readonly string[]> {
	const home = new URL("../../", import.meta.url);
	const { exports } = JSON.parse(readFileSync(new URL("package.json", home), "utf8")) as {
		readonly exports: Readonly<Record<string, { readonly default: string }>>;
	};
	const names = Object.keys(exports).filter((name) => !/^\.\/(?:spa|mobile)\b/.test(name));
	for (const name of names) await import(new URL(exports[name]?.default ?? "", home).href);
	return names;
}

/** An API takes genuine tokens of each algorithm, and none whose signature is another's. */
async function algorithmsVerified({ issuer, command }: Party): Promise<readonly string[]> {
	const resources = await command<Readonly<Record<string, string>>>("resources");
	const verified: string[] = [];
	for (const [alg, resource] of Object.entries(resources)) {
		const api = createApi({ issuer, resource });
		const verify = (token: string) => api.verify({ headers: { authorization: `Bearer ${token}` } });
		const [token, other] = [await command<string>("token", resource), await command<string>("token", resource)];
		await verify(token);
		const swapped = `${token.slice(0, token.lastIndexOf("."))}${other.slice(other.lastIndexOf("."))}`;
		const refused = await verify(swapped).then(
			() => "taken",
			(error: { readonly code?: string }) => error.code,
		);
		verified.push(`${alg}: ${refused}`);
	}
	return verified;
}

const [control = "", told = ""] = process.argv.slice(2);
const party = partyAt(control, JSON.parse(told));
const results = await run(party);
const algorithms = await algorithmsVerified(party);
process.stdout.write(JSON.stringify({ version: process.version, results, algorithms, waysIn: await waysIn() }));
