import { AuthError } from "../auth-error.ts";
import type { Secret } from "./client-auth.ts";

/**
 * A secret that lies in the environment.
 *
 * @throws AuthError `invalid_option` when it is asked for and not set, or empty
 * @example clientAuth: env("SSO_SECRET")
 */
export function env(name: string): () => string {
	return () => {
		const value = globalThis.process?.env[name];
		if (value === undefined || value === "") throw new AuthError("invalid_option", `The environment variable ${name} is not set.`);
		return value;
	};
}

/** The secret, as it is now. `secret_unavailable` when the function that gives it fails. */
export async function secretOf(secret: Secret): Promise<string> {
	const value = await given(secret);
	if (typeof value === "string" && value !== "") return value;
	throw new AuthError("invalid_option", "The secret of `clientAuth` is empty.");
}

/** The value, or what the function gives that was written for it. Of what was thrown only its kind is told: its words may hold what it was reading. */
export async function given<T extends object | string>(value: T | (() => T | Promise<T>)): Promise<T> {
	if (typeof value !== "function") return value;
	try {
		return await value();
	} catch (error) {
		if (error instanceof AuthError) throw error;
		const { code, name } = Object(error) as { readonly code?: unknown; readonly name?: unknown };
		throw new AuthError("secret_unavailable", `The function of \`clientAuth\` gave no secret (${code ?? name ?? typeof error}).`);
	}
}

/** What is wrong with a value as a secret, or nothing. A function is asked once, so that a missing one stops the start and not the first sign-in. */
export function secretFault(value: unknown): string | undefined {
	const expected = 'a secret is expected, as in env("SSO_SECRET")';
	if (typeof value === "string") return value === "" ? expected : undefined;
	if (typeof value !== "function") return expected;
	try {
		const secret: unknown = value();
		if (secret instanceof Promise) return void secret.catch(() => undefined);
		return typeof secret === "string" && secret !== "" ? undefined : expected;
	} catch (error) {
		return error instanceof AuthError ? `a secret is expected (${error.message})` : expected;
	}
}
