import { people } from "../people.ts";
import { authorizationRequest, codeIn, passPages, redeem, refresh, type Wish } from "./authorization.ts";
import type { Browser } from "./browser.ts";
import { decode } from "./jwt.ts";
import { type Provider, type Tokens, type Tour, tokensIn } from "./tour.ts";
import { call, preflight } from "./wire.ts";

/** What the shop asks for. */
export function shopWish({ clients, parties }: Tour): Wish {
	return {
		client: clients.shop,
		redirectUri: `${parties.shop.origin}/callback`,
		scope: "openid profile email crm.read orders.read",
		resources: [parties.crm.origin, parties.orders.origin],
	};
}

/** An app that runs in the browser and can keep no secret. Returns its newest tokens. */
export async function shop(tour: Tour, provider: Provider, phone: Browser): Promise<Tokens> {
	const { walk, parties, clients } = tour;
	walk.chapter(
		"The shop, on Alice's phone",
		"RFC 6749 §2.1, RFC 7636, RFC 9700 §2.1.1",
		"The shop is a page full of JavaScript: whoever opens it has all its code, so it has no secret. What proves that the answer comes to the one who asked is the secret of this one sign-in (PKCE), and the redirect address, which only the shop's own server answers at.",
	);
	walk.step("Alice opens the shop on her phone, and types her password at auth");
	const seen = authorizationRequest(provider, shopWish(tour));
	const first = await passPages(phone, seen, people[0]);
	walk.check(
		"the password was asked for on auth's own page: the shop's script cannot read it",
		"RFC 6749 §1",
		first.pages.includes("login"),
	);
	const code = codeIn(tour, provider, seen, first.answer);

	walk.step("Somebody who saw that address has the code, and not the secret");
	const thief = await redeem(tour, provider, { ...seen, codeVerifier: authorizationRequest(provider, seen).codeVerifier }, code);
	walk.check("the code is worth nothing without it", "RFC 7636 §4.6", thief.status === 400 && thief.json.error === "invalid_grant");
	const burnt = await redeem(tour, provider, seen, code);
	walk.check("and nothing after that: one wrong try ends it", "RFC 9700 §4.2.4", burnt.json.error === "invalid_grant");

	walk.step("So the shop asks again, and redeems the new code in the page");
	const request = authorizationRequest(provider, shopWish(tour));
	const again = await passPages(phone, request, people[0]);
	walk.check("Alice notices nothing: she has a session at auth now", "OpenID Connect Core §3.1.2.3", again.pages.length === 0);
	const allowed = await preflight(walk, provider.tokenEndpoint, parties.shop.origin);
	walk.check("the browser lets a page of the shop talk to the token endpoint", "Fetch, CORS protocol", allowed === parties.shop.origin);
	const stranger = await preflight(walk, provider.tokenEndpoint, "http://elsewhere.localhost");
	walk.check("and a page of somebody else's not", "Fetch, CORS protocol", stranger === null);
	const redeemed = await redeem(tour, provider, request, again.answer.searchParams.get("code") ?? "", parties.crm.origin);
	const forCrm = tokensIn(redeemed.json);
	walk.check("the code and its secret are enough: no password of the shop's own", "RFC 7636 §4.6", redeemed.status === 200);
	walk.check("nonce is the one of this sign-in", "Core §3.1.3.7, 11", decode(forCrm.idToken)?.claims.nonce === request.nonce);

	walk.step("The page calls both APIs, each with a token of its own");
	const products = await call(walk, `${parties.crm.origin}/products`, forCrm.accessToken);
	walk.check("crm shows what there is to buy", "RFC 6750 §2.1", products.status === 200);
	const forOrders = tokensIn((await refresh(tour, provider, clients.shop, forCrm.refreshToken, parties.orders.origin)).json);
	const orders = await call(walk, `${parties.orders.origin}/orders`, forOrders.accessToken);
	walk.check("orders shows what was bought", "RFC 6750 §2.1", orders.status === 200);
	walk.check(
		"the token for crm opens nothing at orders",
		"RFC 8707 §2",
		(await call(walk, `${parties.orders.origin}/orders`, forCrm.accessToken)).status === 401,
	);
	const added = await call(walk, `${parties.crm.origin}/customers`, forCrm.accessToken, { name: "Low Mill", town: "Fernhill" });
	walk.check("Alice may write, the shop may not: it was never given that", "RFC 6750 §3.1", added.status === 403);
	return { ...forCrm, refreshToken: forOrders.refreshToken };
}
