import {
	ConfigurationError,
	type ConfigurationFile,
	NotFound,
	Refusal,
	type WrittenClient,
	type WrittenPerson,
} from "@gatehouse/server/embedded";
import { checkNames } from "./option-names.ts";
import { TestingError } from "./testing-error.ts";

/** A person as the configuration file writes them, with a password made where none is given. */
export type PersonOptions = WrittenPerson & { readonly password?: string };

/** A client in the standard's metadata names, as the configuration file writes it. A confidential one without a secret gets one. */
export type ClientOptions = WrittenClient & { readonly client_secret?: string };

/** An API that tokens are for, as the configuration file writes it. */
export type ResourceOptions = NonNullable<ConfigurationFile["resources"]>[number];

/** What an issuer for tests is started with. Everything may stay away. */
export interface IssuerOptions extends Pick<ConfigurationFile, "signing" | "sessions" | "refreshTokens" | "branding"> {
	/** Who can sign in; Alice alone when absent. */
	readonly people?: readonly PersonOptions[];
	readonly clients?: readonly ClientOptions[];
	readonly resources?: readonly ResourceOptions[];
	/** A free one when absent. */
	readonly port?: number;
	/** How the issuer is called: `localhost` when absent. An app on the other one is on another site, as in production. */
	readonly host?: "localhost" | "127.0.0.1";
}

/** Alice, whom an issuer knows unless it is told of others. */
export const alice = {
	username: "alice",
	name: "Alice Example",
	given_name: "Alice",
	family_name: "Example",
	email: "alice@example.test",
	email_verified: true,
} as const;

const known = [
	"people",
	"clients",
	"resources",
	"port",
	"host",
	"signing",
	"sessions",
	"refreshTokens",
	"branding",
] as const satisfies readonly (keyof IssuerOptions)[];

const otherWords: Readonly<Record<string, string>> = { users: "people", issuer: "port", url: "port", listen: "port", apis: "resources" };

/** @throws TestingError with every fault of the options that are not the configuration's own. */
export function checkOptions(options: IssuerOptions): void {
	checkNames("startIssuer()", options, known, otherWords);
	const { port = 0, host = "localhost" } = options;
	const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535;
	const faults = [
		...(isPort ? [] : [`startIssuer() option \`port\` is a number from 0 to 65535, not ${JSON.stringify(port)}`]),
		...(["localhost", "127.0.0.1"].includes(host)
			? []
			: [`startIssuer() option \`host\` is "localhost" or "127.0.0.1", not ${JSON.stringify(host)}`]),
	];
	if (faults.length > 0) throw new TestingError(faults.join("\n"));
}

/** Says in the words of `place` what the configuration's own check found, or what management refuses. */
export function inWordsOf(place: string, error: unknown): unknown {
	if (error instanceof NotFound) return new TestingError(error.missing, { cause: error });
	if (error instanceof Refusal) return new TestingError(`${place}: ${error.message}`, { cause: error });
	if (!(error instanceof ConfigurationError)) return error;
	const faults = error.faults.map(({ place: where, text }) => `${place} option \`${where.replace(/^users/, "people")}\` ${text}`);
	return new TestingError(faults.join("\n"), { cause: error });
}
