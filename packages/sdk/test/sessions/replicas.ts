import { type Issuer, startIssuer } from "@gatehouse/testing";
import { type Client, createClient, type Redeemed } from "../../src/client/client.ts";
import { platform, type World } from "../../src/client/world.ts";
import { createSessions, redis, type SessionStore, type Sessions } from "../../src/sessions/index.ts";

export const orders = "https://orders.acme.test";
export const crm = "https://crm.acme.test";
const redirectUri = "https://portal.acme.test/auth/callback";

/** An issuer with an app that may have tokens for two APIs. */
export const startPortalsIssuer = (): Promise<Issuer> =>
	startIssuer({
		clients: [
			{
				client_id: "portal",
				redirect_uris: [redirectUri],
				grant_types: ["authorization_code", "refresh_token"],
				scope: "openid profile email orders.read orders.write crm.read",
				first_party: true,
			},
		],
		resources: [
			{ identifier: orders, scopes: { "orders.read": "See orders", "orders.write": "Change orders" } },
			{ identifier: crm, scopes: { "crm.read": "See customers" } },
		],
	});

/** One replica of the portal. */
export interface Replica {
	readonly client: Client;
	readonly store: SessionStore;
	readonly sessions: Sessions;
}

/** Its clock is the issuer's. */
export function openReplica(issuer: Issuer, redisUrl: string, more: Partial<World> = {}): Replica {
	const world = { ...platform, wall: issuer.clock.now, ...more };
	const { client_id: clientId, client_secret: secret } = issuer.client("portal");
	const client = createClient({ issuer: issuer.url, clientId, clientAuth: String(secret), world });
	const store = redis(redisUrl);
	return { client, store, sessions: createSessions({ client, store, keys: [String(secret)], world }) };
}

/** Alice signs in, as a browser would. */
export async function signIn({ client }: Replica, issuer: Issuer): Promise<Redeemed> {
	const secrets = client.newSecrets();
	const url = await client.authorizationUrl({ redirectUri, scope: "openid profile email orders.read orders.write crm.read" }, secrets);
	const back = await issuer.signIn({ url });
	const { verifier, nonce } = secrets;
	return client.redeem({ code: String(back.searchParams.get("code")), redirectUri, verifier, nonce });
}
