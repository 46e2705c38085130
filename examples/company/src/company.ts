import "./localhost.ts";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./child.ts";
import { withoutOwn } from "./log-line.ts";
import { type Name, names, type Parties, partiesAt } from "./parties.ts";
import { isFree } from "./ports.ts";
import { openRedis } from "./redis-child.ts";

/** A running company, or the part of it that was asked for. */
export interface Company {
	readonly parties: Parties;
	/** Resolves with one sentence when a program ends that nobody asked to end. */
	readonly broken: Promise<string>;
	/** Runs the night job once, to its end; resolves with its exit code. */
	nightJob(): Promise<number | string>;
	/** Ends everything, last started first. */
	stop(): Promise<void>;
}

export interface Plan {
	/** The first port; the others follow it. */
	readonly base: number;
	/** Where the database and the secrets are. */
	readonly data: string;
	readonly members?: readonly Name[];
	/** Gets every line that a program prints. */
	readonly say: (who: Name | "night-job" | "redis", line: string) => void;
}

/** Starts the programs one after the other, `auth` first. Rejects with one clear sentence, and then nothing is left running. */
export async function startCompany({ base, data, members = names, say }: Plan): Promise<Company> {
	const parties = partiesAt(base);
	const environment: Record<string, string> = { COMPANY_PORT: String(base), COMPANY_DATA: data };
	const running: [Name | "redis", Child][] = [];
	const stop = async () => {
		for (let last = running.pop(); last; last = running.pop()) await last[1].stop();
	};
	for (const name of members) {
		if (!(await isFree(parties[name].port))) throw new Error(takenSentence(name, parties[name].port, base));
	}
	const broken = Promise.withResolvers<string>();
	if (members.some((name) => keepsSessions.includes(name))) {
		const redis = await openRedis(data, (line) => say("redis", line));
		if (redis.child) running.push(["redis", redis.child]);
		if (redis.url) environment["COMPANY_REDIS"] = redis.url;
	}
	for (const name of members) {
		const printed = withoutOwn(`GET ${signs[name]} 200`, (line) => say(name, line));
		const child = startChild(programs[name], environment, printed);
		running.push([name, child]);
		void child.ended.then((how) => {
			if (running.some(([one]) => one === name)) broken.resolve(`${name} ended by itself with ${how}.`);
		});
		try {
			await child.ready(parties[name].origin + signs[name]);
		} catch (error) {
			await stop();
			throw new Error(`${name} did not start. ${(error as Error).message}`);
		}
	}
	const nightJob = () => startChild([here("night-job.ts")], environment, (line) => say("night-job", line)).ended;
	return { parties, broken: broken.promise, nightJob, stop };
}

const here = (file: string) => join(import.meta.dirname, file);

/** How each program is started. */
const programs: Readonly<Record<Name, readonly string[]>> = {
	auth: [
		fileURLToPath(new URL("../bin/gatehouse.js", import.meta.resolve("@gatehouse/server"))),
		"serve",
		"--config",
		here("../gatehouse.config.ts"),
	],
	crm: [here("crm.ts")],
	orders: [here("orders.ts")],
	portal: [here("portal.ts")],
	analytics: [here("analytics.ts")],
	shop: [here("shop.ts")],
};

/** Who has people signed in on the server. */
const keepsSessions: readonly Name[] = ["portal", "shop"];

/** What each program answers once it can work. */
const signs: Readonly<Record<Name, string>> = {
	auth: "/health/ready",
	crm: "/.well-known/oauth-protected-resource",
	orders: "/.well-known/oauth-protected-resource",
	portal: "/",
	analytics: "/",
	shop: "/",
};

function takenSentence(name: Name, port: number, base: number): string {
	return `Port ${port}, where ${name} should run, is taken: end what runs there, or begin at another one, as in COMPANY_PORT=${base + 1000} npm start.`;
}
