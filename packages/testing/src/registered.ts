import { randomBytes } from "node:crypto";
import { didYouMean, makePassword } from "@gatehouse/server/embedded";
import type { ClientOptions, PersonOptions } from "./options.ts";
import { TestingError } from "./testing-error.ts";

/** A person of the issuer, with what a test needs to sign them in. */
export interface TestPerson {
	readonly username: string;
	readonly password: string;
	/** The `sub` of their tokens. */
	readonly sub: string;
}

/** A client of the issuer as it was declared, with its secret where it has one. */
export type TestClient = ClientOptions;

/** A client as it was added: whatever is not public, and does not sign, has a secret. */
export type AddedClient<C> = C extends { readonly token_endpoint_auth_method: "none" | "private_key_jwt" }
	? C
	: C & { readonly client_secret: string };

export function withPassword<P extends PersonOptions>(person: P): P & { readonly password: string } {
	return { ...person, password: person.password ?? makePassword() };
}

/** A confidential client proves itself by something: what it was given, or what is made here. */
export function withSecret(client: ClientOptions): TestClient {
	const needsNone = client.token_endpoint_auth_method === "none" || client.token_endpoint_auth_method === "private_key_jwt";
	const has = client.client_secret !== undefined || client.client_secrets !== undefined;
	return needsNone || has ? client : { ...client, client_secret: randomBytes(32).toString("base64url") };
}

/** The one of that name. @throws TestingError with the nearest name there is. */
export function named<T>(kind: "person" | "client", name: string, all: ReadonlyMap<string, T>): T {
	const found = all.get(name);
	if (found !== undefined) return found;
	const names = [...all.keys()];
	const there = names.length === 0 ? "there is none" : `there is ${names.join(", ")}${didYouMean(String(name), names)}`;
	throw new TestingError(`the issuer has no ${kind} ${JSON.stringify(name)}: ${there}`);
}

/** The name of the one that is meant where none is named. */
export function firstOf(kind: "person" | "client", all: ReadonlyMap<string, unknown>): string {
	const [first] = all.keys();
	if (first === undefined) throw new TestingError(`the issuer has no ${kind}: declare one in startIssuer(), or add one`);
	return first;
}
