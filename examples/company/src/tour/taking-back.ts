import { people } from "../people.ts";
import { introspect } from "./asking.ts";
import { authorizationRequest, codeIn, redeem, refresh, signIn, type Wish } from "./authorization.ts";
import type { Browser } from "./browser.ts";
import { has, linesOf, type Page } from "./page.ts";
import { type Provider, type Tokens, type Tour, tokensIn } from "./tour.ts";
import { call } from "./wire.ts";

/** Somebody else's app asks, Alice agrees, sees it on her account page, and takes it back there. Returns what it holds after she agreed again. */
export async function takingBack(tour: Tour, provider: Provider, laptop: Browser): Promise<Tokens> {
	const { walk, parties, clients } = tour;
	walk.chapter(
		"Analytics asks, Alice agrees, and takes it back",
		"RFC 6749 §1.1, OpenID Connect Core §3.1.2.4",
		"Analytics belongs to somebody else. It gets what Alice allows, for as long as she allows it, and never her password: so she can take it back without changing that.",
	);
	const wish: Wish = {
		client: clients.analytics,
		redirectUri: `${parties.analytics.origin}/callback`,
		scope: "openid profile offline_access crm.read",
		resources: [parties.crm.origin],
	};
	walk.step("Analytics sends her to auth, where she has a session");
	const request = authorizationRequest(provider, wish);
	const asked = await laptop.open(request.url);
	walk.check("she is asked before anything is given, and needs no password for it", "Core §3.1.2.4", asked.page?.kind === "consent");
	const consent = pageOf(asked, "consent");
	walk.check("the page says who asks", "Core §3.1.2.4", consent.html.includes("Analytics"));
	walk.check(
		"and for what: her name, her customers, and while she is away",
		"RFC 6749 §3.3",
		["scope-profile", "scope-crm.read", "scope-offline_access"].every((id) => has(consent, id)),
	);

	walk.step("She agrees");
	const { left } = await laptop.submit(consent, "consent-allow");
	if (!left) throw new Error("The browser did not go back to Analytics.");
	const code = codeIn(tour, provider, request, left);
	const held = tokensIn((await redeem(tour, provider, request, code, parties.crm.origin)).json);
	const customers = `${parties.crm.origin}/customers`;
	walk.check("Analytics may read her customers", "RFC 6750 §2.1", (await call(walk, customers, held.accessToken)).status === 200);
	const again = await signIn(tour, provider, laptop, wish, people[0]);
	walk.check("the next time she is not asked: she has answered", "Core §3.1.2.4", again.pages.length === 0);

	walk.step("On her account page she sees what she allowed");
	const account = pageOf(await laptop.open(new URL("/account", provider.issuer)), "account");
	walk.page(linesOf(account, "apps"));
	walk.check("Analytics stands there, with a button to take it back", "GDPR Art. 7 (3)", has(account, "revoke-analytics"));
	walk.check("so does what it may do", "gatehouse.config.ts: scopes", account.html.includes("See your customers"));

	walk.step("She takes it back");
	const after = pageOf(await laptop.submit(account, "revoke-analytics"), "account");
	walk.page(linesOf(after, "apps"));
	walk.check("Analytics is gone from the page", "GDPR Art. 7 (3)", !has(after, "revoke-analytics"));
	walk.check("the portal is not: it was not asked about", "GDPR Art. 7 (3)", has(after, "revoke-portal"));
	const refreshed = await refresh(tour, provider, clients.analytics, held.refreshToken, parties.crm.origin);
	walk.check("Analytics gets no new token", "RFC 6749 §5.2", refreshed.status === 400 && refreshed.json.error === "invalid_grant");
	walk.check(
		"whoever asks hears that the one it has is dead",
		"RFC 7662 §2.2",
		(await introspect(tour, provider, held.accessToken)).active === false,
	);
	const late = await call(walk, customers, held.accessToken);
	walk.check(
		"who checks tokens alone lets it in until it expires: the page told her so",
		"RFC 7009 §3",
		late.status === 200 && after.html.includes("minutes"),
	);
	const second = authorizationRequest(provider, wish);
	const anew = await laptop.open(second.url);
	walk.check("and when Analytics comes again, Alice is asked again", "Core §3.1.2.4", anew.page?.kind === "consent");

	walk.step("She thinks better of it, and agrees once more");
	const { left: back } = await laptop.submit(pageOf(anew, "consent"), "consent-allow");
	const redeemed = await redeem(tour, provider, second, back?.searchParams.get("code") ?? "", parties.crm.origin);
	walk.check("Analytics may read again", "RFC 6749 §5.1", redeemed.status === 200);
	return tokensIn(redeemed.json);
}

/** The page of auth at which a browser should be. */
export function pageOf({ page }: { readonly page?: Page | undefined }, kind: string): Page {
	if (page?.kind === kind) return page;
	throw new Error(`The page “${kind}” was expected, and ${page ? `“${page.kind}”` : "an app"} came.`);
}
