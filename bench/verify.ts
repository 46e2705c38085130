import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { Answer, Driver, Person } from "./driver.ts";

/** Judges answers of one target. Throws at the first that is not right; answers how many signatures the answer holds. */
export type Verifier = (answer: Answer) => Promise<number>;

type Body = Readonly<Record<string, unknown>>;

function must(holds: boolean, otherwise: string): asserts holds {
	if (!holds) throw new Error(`a wrong answer: ${otherwise}`);
}

function token(body: Body, name: string): string {
	const value = body[name];
	must(typeof value === "string" && value !== "", `no ${name}`);
	return value;
}

/** Fetches the target's keys and makes its judge. */
export async function openVerifier({ target, jwks }: Pick<Driver, "target" | "jwks">): Promise<Verifier> {
	const { issuer, algorithm, registration } = target;
	const published = JSON.parse((await jwks()).body) as JSONWebKeySet;
	const keys = createLocalJWKSet(published);
	const seen = new Set<string>();

	/** Signature, alg, typ, iss, aud (and nothing else in it), exp (jose refuses a past one). */
	const verified = async (jwt: string, audience: string, types: readonly (string | undefined)[], what: string): Promise<JWTPayload> => {
		const { payload, protectedHeader } = await jwtVerify(jwt, keys, {
			issuer,
			audience,
			algorithms: [algorithm],
			requiredClaims: ["iss", "aud", "sub", "exp", "iat"],
		}).catch((error: Error) => {
			throw new Error(`a wrong answer: the ${what} is refused: ${error.message}`, { cause: error });
		});
		must(types.includes(protectedHeader.typ), `the ${what} has the typ ${protectedHeader.typ}`);
		must([payload.aud].flat().length === 1, `the ${what} has more audiences than the one it is for`);
		must(payload.exp! > Date.now() / 1000 + 30, `the ${what} expires at once`);
		return payload;
	};

	const accessToken = async (body: Body, clientId: string): Promise<JWTPayload> => {
		const value = token(body, "access_token");
		const payload = await verified(value, registration.api, ["at+jwt", "application/at+jwt"], "access token");
		must(payload.client_id === clientId, "the access token is another client's");
		must(`${payload.scope}`.split(" ").includes(registration.apiScope), "the access token lacks the API's scope");
		must(!seen.has(value), "the access token was given before");
		seen.add(value);
		return payload;
	};

	const ofPerson = (subject: unknown, person: Person, what: string): void => {
		must(typeof subject === "string" && subject !== "", `the ${what} names no sub`);
		must(person.subject === undefined || subject === person.subject, `the ${what} is another person's`);
	};

	/** An ID token (OIDC Core §2). On refresh it may leave out the nonce, but not name another (§12.2). */
	const idToken = async (body: Body, person: Person, nonces: readonly unknown[]): Promise<void> => {
		const payload = await verified(token(body, "id_token"), registration.clients.web.id, ["JWT", undefined], "ID token");
		ofPerson(payload.sub, person, "ID token");
		must(nonces.includes(payload.nonce), "the ID token has another nonce");
	};

	return async (answer) => {
		const body = JSON.parse(answer.body) as Body;
		switch (answer.kind) {
			case "client credentials": {
				await accessToken(body, registration.clients.service.id);
				return 1;
			}
			case "code flow": {
				token(body, "refresh_token");
				await idToken(body, answer.person, [answer.nonce]);
				if (answer.flow === "userinfo") return 1;
				ofPerson((await accessToken(body, registration.clients.web.id)).sub, answer.person, "access token");
				return 2;
			}
			case "refresh": {
				token(body, "refresh_token");
				await idToken(body, answer.person, [answer.nonce, undefined]);
				ofPerson((await accessToken(body, registration.clients.web.id)).sub, answer.person, "access token");
				return 2;
			}
			case "introspection": {
				must(body.active === true, "introspection calls a good token inactive");
				must(body.client_id === registration.clients.web.id && body.iss === issuer, "introspection names another client or issuer");
				must(Number(body.exp) > Date.now() / 1000, "introspection names no exp that is to come");
				ofPerson(body.sub, answer.person, "introspection");
				return 0;
			}
			case "userinfo": {
				ofPerson(body.sub, answer.person, "userinfo answer");
				must(body.email === `${answer.person.name}@example.com` && body.email_verified === true, "userinfo lacks the person's address");
				return 0;
			}
			case "jwks": {
				must(JSON.stringify(body) === JSON.stringify(published), "the keys have changed");
				must(
					published.keys.length > 0 && published.keys.every((key) => !("d" in key) && !("k" in key)),
					"JWKS holds no keys, or private ones",
				);
				return 0;
			}
			case "discovery": {
				must(body.issuer === issuer, "discovery names another issuer");
				return 0;
			}
		}
	};
}
