import { auth } from "../auth.ts";
import { openToken } from "./open-token.ts";
import { shown } from "./shown.ts";
import { record } from "./steps.ts";

/** The tokens that were shown already, by their own ids. */
const seen = new Set<unknown>();

/**
 * Makes a call to an API and records it, and before it the token that goes along, when it is a new one. `send` is the call as the app makes
 * it: the token that is asked for here is the one that it will use, from memory.
 */
export async function recordCall(url: string, send: () => Promise<Response>): Promise<Response> {
	const { origin, pathname } = new URL(url);
	const token = await recordToken(origin);
	const about = { kind: "call", from: "the shop", to: nameOf(origin), line: `GET ${origin}${pathname}` } as const;
	const parameters = [["Authorization", `Bearer, ${shown("Authorization", token)}`]] as const;
	try {
		const response = await send();
		const challenge = response.headers.get("www-authenticate");
		const refused = challenge === null ? [] : [["WWW-Authenticate", challenge] as const];
		record({ ...about, parameters: [...parameters, ...refused], outcome: String(response.status) });
		return response;
	} catch (error) {
		record({ ...about, parameters, outcome: "no answer" });
		throw error;
	}
}

/** Asks for a token for `resource`, good for at least `minTtl` seconds, and records it when it is a new one. */
export async function recordToken(resource: string, minTtl?: number): Promise<string> {
	const { accessToken } = await auth.token(minTtl === undefined ? { resource } : { resource, minTtl });
	const token = openToken(accessToken);
	if (!seen.has(token.claims["jti"])) {
		seen.add(token.claims["jti"]);
		record({
			kind: "token",
			from: "the shop’s worker",
			to: "auth",
			line: "POST to the token endpoint",
			parameters: [
				["grant_type", "refresh_token"],
				["refresh_token", "not shown: it stays in the worker"],
				["client_id", String(token.claims["client_id"])],
				["resource", resource],
			],
			outcome: "200",
			token,
		});
	}
	return accessToken;
}

/** The first part of a host: `crm`. */
function nameOf(origin: string): string {
	return new URL(origin).hostname.split(".", 1)[0] ?? origin;
}
