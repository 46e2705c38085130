import { decode } from "./jwt.ts";
import type { Provider, Tokens, Tour } from "./tour.ts";
import { call, guessing, post } from "./wire.ts";

/** Who a token speaks for, and whether it is still alive: two questions that auth answers itself. */
export async function asking(
	tour: Tour,
	provider: Provider,
	portal: Tokens,
	apis: { readonly forCrm: Tokens; readonly forOrders: Tokens },
) {
	const { walk, clients } = tour;
	walk.chapter(
		"Asking auth",
		"OpenID Connect Core §5.3, RFC 7662",
		"The portal asks who signed in (userinfo). An API that wants to be sure right now asks whether a token is alive (introspection), and hears about its own tokens only.",
	);
	walk.step("Userinfo");
	const info = await call(walk, provider.userinfoEndpoint, portal.accessToken);
	walk.check("sub is the one of the ID token", "Core §5.3.2", info.status === 200 && info.json.sub === decode(portal.idToken)?.claims.sub);
	walk.check(
		"name and address are there, because their scopes were granted",
		"Core §5.4",
		info.json.name === "Alice Example" && info.json.email !== undefined,
	);
	const refused = await call(walk, provider.userinfoEndpoint, apis.forCrm.accessToken);
	walk.check("the token for crm does not open it", "RFC 9068 §4", refused.status === 401);

	walk.step("Introspection, by crm");
	const own = await introspect(tour, provider, apis.forCrm.accessToken);
	walk.check("the token for crm is alive", "RFC 7662 §2.2", own.active === true && own.client_id === "portal");
	const foreign = await introspect(tour, provider, apis.forOrders.accessToken);
	walk.check("of the token for orders crm learns nothing", "RFC 7662 §2.2", JSON.stringify(foreign) === '{"active":false}');
	const stranger = await post(walk, provider.introspectionEndpoint, guessing(clients.crmApi), [["token", apis.forCrm.accessToken]]);
	walk.check("who does not prove who it is learns nothing", "RFC 7662 §2.1", stranger.status === 401);
}

/** What `crm` hears about a token. */
export async function introspect({ walk, clients }: Tour, provider: Provider, token: string): Promise<Readonly<Record<string, unknown>>> {
	return (await post(walk, provider.introspectionEndpoint, clients.crmApi, [["token", token]])).json;
}
