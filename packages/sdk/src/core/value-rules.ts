import { identifierFault } from "./secure-url.ts";

/** What is wrong with a value as the value of an option, or nothing. */
export type ValueRule = (value: unknown) => string | undefined;

export const isText: ValueRule = (value) => (typeof value === "string" && value !== "" ? undefined : "a text is expected");

export const isSeconds: ValueRule = (value) =>
	Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : "whole seconds are expected";

/** RFC 6749 §3.3. */
export const isScope: ValueRule = (value) =>
	typeof value === "string" && /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value)
		? undefined
		: "scopes with one blank between them are expected";

/** OpenID Connect Core §3.1.2.1. */
export const isOpenidScope: ValueRule = (value) =>
	isScope(value) ?? (String(value).split(" ").includes("openid") ? undefined : "`openid` is expected in it");

/** An issuer without the slash that some names end with: here an address is made by what follows it. */
export const isIssuer: ValueRule = (value) =>
	identifierFault(value) ?? (String(value).endsWith("/") ? "a URL without a slash at its end is expected" : undefined);

export const isOneOf =
	(...words: readonly unknown[]): ValueRule =>
	(value) =>
		words.includes(value) ? undefined : `one of ${words.join(", ")} is expected`;
