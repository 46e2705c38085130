import { createHash } from "node:crypto";
import { decode } from "./jwt.ts";

/** Parameters whose value opens something. */
const secret = new Set(["code", "code_verifier", "refresh_token", "state", "nonce", "token"]);

/** What a value looks like on the terminal: a JWT as what it says, without its signature; what opens something by its first letters. */
export function shown(name: string, value: string): string {
	const jwt = decode(value);
	if (jwt) {
		const facts = ["aud", "sub", "client_id", "scope", "jti"].flatMap((claim) => fact(claim, jwt.claims[claim]));
		return `${String(jwt.header.typ)} ${String(jwt.header.alg)} { ${facts.join(", ")} } and ${value.endsWith(".") ? "no" : "a"} signature`;
	}
	if (name.endsWith("password") || name === "client_secret") return "•••";
	return secret.has(name) ? shorten(value) : value;
}

/** One claim; of an identifier its end, because they begin with the time. */
function fact(claim: string, value: unknown): readonly string[] {
	if (value === undefined) return [];
	const identifier = (claim === "sub" || claim === "jti") && typeof value === "string" && value.length > 30;
	return [`${claim}=${identifier ? `…${value.slice(-6)}` : JSON.stringify(value)}`];
}

/** The first letters, and a fingerprint by which one sees whether two are the same. */
function shorten(value: string): string {
	if (value.length <= 12) return value;
	const fingerprint = createHash("sha256").update(value).digest("hex").slice(0, 6);
	return `${value.slice(0, 8)}… (${value.length} characters, fingerprint ${fingerprint})`;
}
