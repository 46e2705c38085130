import type { Browser } from "./browser.ts";
import type { Launch } from "./server-process.ts";

/** The JWS algorithm of every token in a run. */
export type Algorithm = "RS256" | "ES256";

/** A registered application, as the driver authenticates it (client_secret_basic). */
export interface Client {
	readonly id: string;
	readonly secret: string;
}

/** What the driver asks for, the same from every target. */
export interface Registration {
	/** For client credentials; for the code flow; for introspection. */
	readonly clients: { readonly service: Client; readonly web: Client; readonly api: Client };
	/** Never fetched. */
	readonly redirectUri: string;
	/** The identifier of the API that access tokens are for (RFC 8707). */
	readonly api: string;
	/** Its one scope. */
	readonly apiScope: string;
}

/** A server to measure. */
export interface Target {
	readonly name: string;
	readonly kind: "floor" | "gatehouse";
	readonly algorithm: Algorithm;
	readonly issuer: string;
	readonly registration: Registration;
	/** Which access token is introspected: the one for the API, or the one for userinfo. */
	readonly introspects: "api" | "userinfo";
	/** Whether people prove themselves by a password. */
	readonly hasPasswords: boolean;
	/** Removes all earlier data, so that the next start is a first one. */
	prepare(data: "people" | "empty"): void;
	/** How it is started with what was prepared. */
	launch(data: "people" | "empty"): Launch;
	/** Signs a person in, from an authorization request (a path) to the redirect back to the application, which is answered. */
	signIn(browser: Browser, authorizePath: string, person: string): Promise<URL>;
}

/** How many people take turns on their sessions; some more are needed for what must be refused. */
export const PEOPLE = 64;

/** The user name of the n-th person; their address is at example.com. */
export function personName(n: number): string {
	return `user-${n}`;
}
