import { AuthError } from "@gatehouse/sdk/spa";
import { auth } from "../auth.ts";
import { settings } from "../settings.ts";
import { openToken } from "./open-token.ts";
import { recordPassedOn } from "./record-passed-on.ts";
import { shown } from "./shown.ts";
import { record } from "./steps.ts";

/** The tokens that were shown already, by their own ids. */
const seen = new Set<unknown>();

/** Makes a call to an API and records what goes over the wire. `send` is the call as the app makes it. */
export const recordCall = settings.bff === undefined ? recordOwnCall : recordPassedOn;

/**
 * Records a call that the page makes itself, and before it the token that goes along, when it is a new one: the token that is asked for here is
 * the one that the call will use, from memory.
 */
async function recordOwnCall(url: string, send: () => Promise<Response>): Promise<Response> {
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
	try {
		const { accessToken } = await auth.token(minTtl === undefined ? { resource } : { resource, minTtl });
		const token = openToken(accessToken);
		if (!seen.has(token.claims["jti"])) record({ ...refreshFor(resource), outcome: "200", token });
		seen.add(token.claims["jti"]);
		return accessToken;
	} catch (error) {
		// Without a session nothing is sent.
		if (error instanceof AuthError && error.code !== "not_signed_in") record({ ...refreshFor(resource), outcome: error.code });
		throw error;
	}
}

/** The page cannot look into the worker that makes this request; this is what the SDK sends (RFC 6749 §6). */
function refreshFor(resource: string) {
	return {
		kind: "token",
		from: "the shop’s worker",
		to: "auth",
		line: "POST to the token endpoint",
		parameters: [
			["grant_type", "refresh_token"],
			["refresh_token", "not shown: it stays in the worker"],
			["client_id", settings.clientId],
			["resource", resource],
		],
	} as const;
}

/** The first part of a host: `crm`. */
function nameOf(origin: string): string {
	return new URL(origin).hostname.split(".", 1)[0] ?? origin;
}
