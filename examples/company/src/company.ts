import "./localhost.ts";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answersWell, type Child, startChild } from "./child.ts";
import { withoutOwn } from "./log-line.ts";
import { type Name, names, type Parties, partiesAt, redisPortAt } from "./parties.ts";
import { isFree } from "./ports.ts";
import { findRedis, redisAnswers } from "./redis.ts";

/** What runs until the company ends. */
type Runs = Name | "redis";

/** Who prints lines: those, and the job that ends by itself. */
export type Program = Runs | "night-job";

/** A running company, or the part of it that was asked for. */
export interface Company {
	readonly parties: Parties;
	/** Where the web apps' sessions are: a Redis of the company, or the memory of each, where this machine has none. */
	readonly sessionsIn: "redis" | "memory";
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
	readonly say: (who: Program, line: string) => void;
}

/** Starts the programs one after the other, `auth` first. Rejects with one clear sentence, and then nothing is left running. */
export async function startCompany({ base, data, members = names, say }: Plan): Promise<Company> {
	const parties = partiesAt(base);
	const redisPort = redisPortAt(base);
	const environment = { COMPANY_PORT: String(base), COMPANY_DATA: data };
	const running: [Runs, Child][] = [];
	const stop = async () => {
		for (let last = running.pop(); last; last = running.pop()) await last[1].stop();
	};
	const broken = Promise.withResolvers<string>();
	const start = async (name: Runs, isReady: () => Promise<boolean>) => {
		const printed = name === "redis" ? (line: string) => say(name, line) : withoutOwn(`GET ${signs[name]} 200`, (line) => say(name, line));
		const child = startChild(programs[name], environment, printed);
		running.push([name, child]);
		void child.ended.then((how) => {
			if (running.some(([one]) => one === name)) broken.resolve(`${name} ended by itself with ${how}.`);
		});
		try {
			await child.ready(isReady);
		} catch (error) {
			await stop();
			throw new Error(`${name} did not start. ${(error as Error).message}`);
		}
	};

	const withRedis = members.some((name) => keepSessions.has(name)) && findRedis() !== undefined;
	for (const name of members) await mustBeFree(name, parties[name].port, base);
	if (withRedis) {
		await mustBeFree("redis", redisPort, base);
		await start("redis", () => redisAnswers(redisPort));
	}
	for (const name of members) await start(name, () => answersWell(parties[name].origin + signs[name]));
	const nightJob = () => startChild([here("night-job.ts")], environment, (line) => say("night-job", line)).ended;
	return { parties, sessionsIn: withRedis ? "redis" : "memory", broken: broken.promise, nightJob, stop };
}

/** Those that keep people signed in by themselves, and not in the browser. */
const keepSessions: ReadonlySet<Name> = new Set<Name>(["portal", "shop-bff"]);

const here = (file: string) => join(import.meta.dirname, file);

/** How each program is started. */
const programs: Readonly<Record<Runs, readonly string[]>> = {
	redis: [here("redis-server.ts")],
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
	"shop-bff": [here("shop-bff.ts")],
};

/** What each program answers once it can work. */
const signs: Readonly<Record<Name, string>> = {
	auth: "/health/ready",
	crm: "/.well-known/oauth-protected-resource",
	orders: "/.well-known/oauth-protected-resource",
	portal: "/",
	analytics: "/",
	shop: "/",
	"shop-bff": "/",
};

async function mustBeFree(name: Runs, port: number, base: number): Promise<void> {
	if (await isFree(port)) return;
	const other = `COMPANY_PORT=${base + 1000} npm start`;
	throw new Error(`Port ${port}, where ${name} should run, is taken: end what runs there, or begin at another one, as in ${other}.`);
}
