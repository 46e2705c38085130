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
