import { openBrowser } from "./browser.ts";
import type { Answer, Driver, Person } from "./driver.ts";
import { personName } from "./target.ts";
import type { Verifier } from "./verify.ts";

/** A claim of the ID token in an answer that has been verified. */
function subjectOf(answer: Answer): string {
	const idToken = (JSON.parse(answer.body) as { id_token: string }).id_token;
	return (JSON.parse(Buffer.from(idToken.split(".")[1]!, "base64url").toString()) as { sub: string }).sub;
}

/** Signs a person in with a new browser, redeems the code, and remembers the session and who the verified ID token says they are. */
async function signInPerson(driver: Driver, verify: Verifier, n: number): Promise<Person> {
	const browser = openBrowser(driver.http);
	const name = personName(n);
	const request = driver.authorizationRequest("api", name);
	const code = driver.codeOf(await driver.target.signIn(browser, request.path, name), request);
	const stranger: Person = { name, cookie: browser.cookies(request.path), subject: undefined };
	const answer = await driver.redeem(code, request, stranger);
	await verify(answer);
	return { ...stranger, subject: subjectOf(answer) };
}

/** Signs in the people from `first` to `last`, a few at a time; throws when two of them are called the same. */
export async function signInPeople(driver: Driver, verify: Verifier, first: number, last: number): Promise<readonly Person[]> {
	const people: Person[] = [];
	for (let n = first; n <= last; n += 4) {
		const some = Array.from({ length: Math.min(4, last - n + 1) }, (_, i) => signInPerson(driver, verify, n + i));
		people.push(...(await Promise.all(some)));
	}
	if (new Set(people.map((person) => person.subject)).size !== people.length) throw new Error("two people have the same sub");
	return people;
}
