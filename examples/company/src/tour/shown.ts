import { decode } from "./jwt.ts";

/** Parameters whose value opens something. */
const secret = new Set(["code", "code_verifier", "refresh_token", "state", "nonce", "token"]);

/** What a value looks like on the terminal: a JWT as what it says, without its signature; what opens something by its first letters. */
export function shown(name: string, value: string): string {
	const jwt = decode(value);
	if (jwt) {
		const facts = ["aud", "sub", "client_id", "scope", "jti"].flatMap((claim) => {
			const text = jwt.claims[claim];
			return text === undefined ? [] : [`${claim}=${claim === "jti" || claim === "sub" ? shorten(String(text)) : JSON.stringify(text)}`];
		});
		return `${String(jwt.header.typ)} ${String(jwt.header.alg)} { ${facts.join(", ")} } and a signature`;
	}
	if (name === "password" || name === "client_secret") return "•••";
	return secret.has(name) ? shorten(value) : value;
}

function shorten(value: string): string {
	return value.length > 12 ? `${value.slice(0, 8)}… (${value.length} characters)` : value;
}
