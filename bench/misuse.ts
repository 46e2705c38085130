import type { Answer, Driver, Person } from "./driver.ts";
import { type HttpAnswer, refusal } from "./http-client.ts";

interface Misuse {
	readonly name: string;
	/** What it must be answered with. */
	readonly refusal: string;
	attempt(driver: Driver, person: Person): Promise<HttpAnswer>;
}

function tokens(answer: Answer): { readonly access_token: string; readonly refresh_token: string } {
	return JSON.parse(answer.body) as { access_token: string; refresh_token: string };
}

/** The token with one character changed, not the last one: its unused bits would leave the bytes as they are. */
function altered(token: string): string {
	const at = token.length - 10;
	return token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
}

/** A server that skips one of these would be measured doing less than its work. */
const misuses: readonly Misuse[] = [
	{
		name: "wrong code_verifier",
		refusal: "400 invalid_grant",
		async attempt(driver, person) {
			const request = driver.authorizationRequest("api");
			return driver.exchange(await driver.authorize(request, person), request, driver.authorizationRequest("api").verifier);
		},
	},
	{
		name: "second use of a code",
		refusal: "400 invalid_grant",
		async attempt(driver, person) {
			const request = driver.authorizationRequest("api");
			const code = await driver.authorize(request, person);
			await driver.redeem(code, request, person);
			return driver.exchange(code, request);
		},
	},
	{
		// The token before the current one may be answered with the current one again, for a client whose answer was lost: two steps back may not.
		name: "refresh token of two rotations ago",
		refusal: "400 invalid_grant",
		async attempt(driver, person) {
			const first = tokens(await driver.codeFlow(person)).refresh_token;
			const family = { person, nonce: "", current: first };
			await driver.refresh(family);
			await driver.refresh(family);
			return driver.presentRefreshToken(first);
		},
	},
	{
		name: "wrong client secret",
		refusal: "401 invalid_client",
		attempt: (driver) => driver.authenticate({ ...driver.target.registration.clients.service, secret: "another" }),
	},
	{
		name: "altered access token at userinfo",
		refusal: "401",
		async attempt(driver, person) {
			const token = tokens(await driver.codeFlow(person, "userinfo")).access_token;
			return driver.presentAccessToken(altered(token));
		},
	},
	{
		name: "altered access token at introspection",
		refusal: "200",
		async attempt(driver, person) {
			const token = tokens(await driver.codeFlow(person, driver.target.introspects)).access_token;
			const answer = await driver.introspect(altered(token));
			if (!/"active":\s*false/.test(answer.body)) throw new Error("introspection calls an altered token active");
			return answer;
		},
	},
];

/** How many people the list uses up: the answer to misuse may be the end of a family. */
export const MISUSERS = misuses.length;

/** Tries what must be refused, each on a person of its own; throws when something is not, answers what was refused and how. */
export async function refuseMisuse(driver: Driver, people: readonly Person[]): Promise<Readonly<Record<string, string>>> {
	const refused: Record<string, string> = {};
	for (const [i, misuse] of misuses.entries()) {
		const answer = await misuse.attempt(driver, people[i]!);
		const got = refusal(answer);
		if (!got.startsWith(misuse.refusal)) throw new Error(`${misuse.name}: answered ${got} instead of ${misuse.refusal}`);
		refused[misuse.name] = got;
	}
	return refused;
}
