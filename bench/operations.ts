import { openBrowser } from "./browser.ts";
import type { Answer, Driver, Family, Flow, Person } from "./driver.ts";

/** One call of an operation by one of the workers in flight. */
type Call = (worker: number) => Promise<Answer>;

/** A measured operation: a row per figure in the report. */
export interface Operation {
	readonly name: string;
	/** How many JWTs the server signs for one of it. */
	readonly signatures: number;
	/** Fewer in flight than usual. */
	readonly inFlight?: number;
	/** Only for targets that know passwords. */
	readonly needsPasswords?: true;
	/** Makes what its calls need, outside the measured time, and answers the call. */
	begin(driver: Driver, people: readonly Person[], inFlight: number): Promise<Call>;
}

/** Deals a list out again and again, so that neighbours in time are different people. */
function inTurn<T>(list: readonly T[]): () => T {
	let turn = 0;
	return () => list[turn++ % list.length]!;
}

/** A code flow per worker; what came of it is what the workers start from. */
async function codeFlows(driver: Driver, people: readonly Person[], count: number, flow: Flow) {
	const next = inTurn(people);
	return Promise.all(
		Array.from({ length: count }, async () => {
			const person = next();
			const { body, nonce } = await driver.codeFlow(person, flow);
			return { person, nonce, tokens: JSON.parse(body) as { access_token: string; refresh_token: string } };
		}),
	);
}

export const operations: readonly Operation[] = [
	{
		name: "client credentials",
		signatures: 1,
		begin: async (driver) => () => driver.clientCredentials(),
	},
	{
		name: "code flow",
		signatures: 2,
		begin: async (driver, people) => {
			const next = inTurn(people);
			return () => driver.codeFlow(next());
		},
	},
	{
		name: "refresh",
		signatures: 2,
		begin: async (driver, people, inFlight) => {
			const flows = await codeFlows(driver, people, inFlight, "api");
			const families = flows.map(({ person, nonce, tokens }): Family => ({ person, nonce, current: tokens.refresh_token }));
			return (worker) => driver.refresh(families[worker]!);
		},
	},
	{
		name: "introspection",
		signatures: 0,
		begin: async (driver, people, inFlight) => {
			const flows = await codeFlows(driver, people, inFlight, driver.target.introspects);
			const next = inTurn(flows);
			return () => {
				const { tokens, person } = next();
				return driver.introspection(tokens.access_token, person);
			};
		},
	},
	{
		name: "userinfo",
		signatures: 0,
		begin: async (driver, people, inFlight) => {
			const flows = await codeFlows(driver, people, inFlight, "userinfo");
			const next = inTurn(flows);
			return () => {
				const { tokens, person } = next();
				return driver.userinfo(tokens.access_token, person);
			};
		},
	},
	{ name: "jwks", signatures: 0, begin: async (driver) => () => driver.jwks() },
	{ name: "discovery", signatures: 0, begin: async (driver) => () => driver.discovery() },
	{
		// A new browser, the form, the password, the code and its exchange. Few in flight: the queue for password hashes is bounded.
		name: "sign-in",
		signatures: 2,
		inFlight: 8,
		needsPasswords: true,
		begin: async (driver, people) => {
			const next = inTurn(people);
			return async () => {
				const person = next();
				const request = driver.authorizationRequest("api", person.name);
				const callback = await driver.target.signIn(openBrowser(driver.http), request.path, person.name);
				return driver.redeem(driver.codeOf(callback, request), request, person);
			};
		},
	},
];
