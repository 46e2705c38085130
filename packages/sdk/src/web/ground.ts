import { type Client, createClient } from "../client/client.ts";
import { platform, type World } from "../client/world.ts";
import { createJwtVerifier, type JwtVerifier } from "../keys/verified-jwt.ts";
import { createSessions } from "../sessions/create-sessions.ts";
import { memory } from "../sessions/memory.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { type CookieNames, cookieNames } from "./cookies.ts";
import type { WebAuthOptions } from "./options.ts";
import { sessionKeysOf, type WebSettings, webSettings } from "./settings.ts";

/** What the routes of a web app or a back end stand on. Each is a plain function of a request and of this. */
export interface Ground {
	readonly settings: WebSettings;
	readonly cookies: CookieNames;
	readonly client: Client;
	readonly sessions: Sessions;
	/** Verifies what the issuer signs. */
	readonly verify: JwtVerifier;
	readonly world: World;
}

/** @param options checked */
export function createGround(options: WebAuthOptions): Ground {
	const { issuer, clientId, clientAuth, store = memory(), idle, absolute } = options;
	const world: World = { ...platform, ...(options.fetch && { fetch: options.fetch }), ...(options.now && { wall: options.now }) };
	const verify = createJwtVerifier(issuer, world, options.idTokenAlgorithm ?? "RS256");
	const signatureFault = async (jwt: string) => {
		const { fault } = await verify(jwt, "ID token");
		return fault;
	};
	const client = createClient({ issuer, clientId, clientAuth, signatureFault, world });
	const sessions = createSessions({ client, store, keys: sessionKeysOf(options), world, idle, absolute });
	return Object.freeze({ settings: webSettings(options), cookies: cookieNames(clientId), client, sessions, verify, world });
}
