import { introspect } from "./asking.ts";
import { refresh } from "./authorization.ts";
import type { Provider, Tokens, Tour } from "./tour.ts";
import { call, post } from "./wire.ts";

/** Analytics gives back what it no longer needs. */
export async function revoking(tour: Tour, provider: Provider, analytics: Tokens): Promise<void> {
	const { walk, parties, clients } = tour;
	walk.chapter(
		"Analytics gives it back",
		"RFC 7009",
		"Alice closes what she had at Analytics, so it has its permission ended. An API that checks tokens by itself does not hear of it: that is why access tokens live for ten minutes only, and why an API may ask.",
	);
	const revoke = (client: typeof clients.analytics) => post(walk, provider.revocationEndpoint, client, [["token", analytics.refreshToken]]);
	const foreign = await revoke(clients.portal);
	walk.check(
		"the portal cannot give back what is not its own",
		"RFC 7009 §2.1",
		foreign.status === 400 && foreign.json.error === "unauthorized_client",
	);
	walk.check("crm says the token is alive", "RFC 7662 §2.2", (await introspect(tour, provider, analytics.accessToken)).active === true);
	walk.check("Analytics can", "RFC 7009 §2.2", (await revoke(clients.analytics)).status === 200);
	const over = await refresh(tour, provider, clients.analytics, analytics.refreshToken);
	walk.check("nothing comes of the refresh token any more", "RFC 7009 §2", over.json.error === "invalid_grant");
	walk.check(
		"whoever asks hears that the access token is dead",
		"RFC 7662 §2.2",
		(await introspect(tour, provider, analytics.accessToken)).active === false,
	);
	const offline = await call(walk, `${parties.crm.origin}/customers`, analytics.accessToken);
	walk.check("who does not ask lets it in until it expires", "RFC 7009 §3", offline.status === 200);
}
