import { decode } from "./jwt.ts";
import { type Provider, type Tour, tokensIn } from "./tour.ts";
import { call, guessing, post } from "./wire.ts";

/** The night job: nobody is present. */
export async function machine({ walk, parties, clients }: Tour, provider: Provider): Promise<void> {
	walk.chapter(
		"The night job",
		"RFC 6749 §4.4",
		"A program that works while everybody sleeps signs in as itself. It has a secret of its own, so it needs no refresh token: it can ask again.",
	);
	const ask = (fields: readonly (readonly [string, string])[]) =>
		post(walk, provider.tokenEndpoint, clients.nightJob, [["grant_type", "client_credentials"], ...fields]);
	const { json } = await ask([
		["scope", "orders.read"],
		["resource", parties.orders.origin],
	]);
	const tokens = tokensIn(json);
	walk.check("it has a token for orders, and no refresh token", "RFC 6749 §4.4.3", tokens.accessToken !== "" && tokens.refreshToken === "");
	walk.check("the token speaks for the job itself", "RFC 9068 §2.2", decode(tokens.accessToken)?.claims.sub === "night-job");
	walk.check(
		"orders lets it in",
		"RFC 6750 §2.1",
		(await call(walk, `${parties.orders.origin}/orders`, tokens.accessToken)).status === 200,
	);
	walk.check("crm does not", "RFC 9068 §4", (await call(walk, `${parties.crm.origin}/customers`, tokens.accessToken)).status === 401);

	walk.step("What it may not have");
	const more = await ask([
		["scope", "crm.write"],
		["resource", parties.crm.origin],
	]);
	walk.check("a scope it was never given is refused", "RFC 6749 §5.2", more.status === 400 && more.json.error === "invalid_scope");
	const wrong = await post(walk, provider.tokenEndpoint, guessing(clients.nightJob), [["grant_type", "client_credentials"]]);
	walk.check("with a wrong secret it is nobody", "RFC 6749 §5.2", wrong.status === 401 && wrong.json.error === "invalid_client");
}
