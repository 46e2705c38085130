import { parseArgs } from "node:util";
import type { Plan } from "./plan.ts";
import { plans } from "./plans/index.ts";

/** The command was used wrongly: one sentence, exit code 2. */
export class UsageError extends Error {}

export interface Options {
	readonly plans: readonly Plan[];
	readonly suite: string;
	/** Where the provider is known to the suite; a free port of this machine when absent. */
	readonly issuer?: string;
	readonly listen: string;
	readonly only: readonly string[];
	readonly out: string;
	/** The results go into the manual. */
	readonly write: boolean;
	readonly list: boolean;
}

const usage = `usage: npm run conformance -- [options] PLAN… | all
  --suite URL     where the conformance suite runs; or CONFORMANCE_SUITE_URL; https://localhost:8443
  --issuer URL    the https origin under which the suite reaches this machine; https://localhost with a free port
  --listen HOST   the address to listen on, when that is not 127.0.0.1
  --only MODULE   only this module of the plan; may be given several times
  --out FOLDER    where exports go when something did not pass; test-results/conformance
  --write         put the results into the manual
  --list          the plans there are`;

/**
 * Reads the command line.
 *
 * @throws UsageError
 */
export function readOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Options {
	const { values, positionals } = parsed(args);
	if (positionals.length === 0 && !values.list) throw new UsageError(`say which plans to run: ${names()}, or all\n${usage}`);
	const only = values.only ?? [];
	if (only.length > 0 && values.write) throw new UsageError("--write needs whole plans: leave --only out");
	return {
		plans: positionals.includes("all") ? plans : positionals.map(planNamed),
		suite: origin("--suite", values.suite ?? env["CONFORMANCE_SUITE_URL"] ?? "https://localhost:8443", ["https:", "http:"]),
		...(values.issuer !== undefined && { issuer: origin("--issuer", values.issuer, ["https:"]) }),
		listen: values.listen ?? "127.0.0.1",
		only,
		out: values.out ?? "test-results/conformance",
		write: values.write ?? false,
		list: values.list ?? false,
	};
}

const options = {
	suite: { type: "string" },
	issuer: { type: "string" },
	listen: { type: "string" },
	only: { type: "string", multiple: true },
	out: { type: "string" },
	write: { type: "boolean" },
	list: { type: "boolean" },
} as const;

function parsed(args: readonly string[]) {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true });
	} catch (error) {
		throw new UsageError(`${(error as Error).message}\n${usage}`);
	}
}

function planNamed(name: string): Plan {
	const plan = plans.find((each) => each.name === name);
	if (plan === undefined) throw new UsageError(`there is no plan ${name}: there are ${names()}, and all`);
	return plan;
}

const names = () => plans.map(({ name }) => name).join(", ");

function origin(option: string, written: string, protocols: readonly string[]): string {
	const url = URL.canParse(written) ? new URL(written) : undefined;
	if (url === undefined || !protocols.includes(url.protocol))
		throw new UsageError(`${option} must be an address that begins with ${protocols.join("// or ")}//, and is ${written}`);
	return url.href.replace(/\/+$/, "");
}
