import { people } from "../people.ts";
import { authorizationRequest, signIn, type Wish } from "./authorization.ts";
import { Browser, userAgents } from "./browser.ts";
import { decode } from "./jwt.ts";
import { shopWish } from "./shop.ts";
import type { Provider, Tokens, Tour } from "./tour.ts";

/** Signed in at one app, every other app signs in without asking: the shop after the portal on the laptop, the other way round on the phone. */
export async function singleSignOn(tour: Tour, provider: Provider, laptop: Browser, phone: Browser, portal: Tokens): Promise<void> {
	const { walk, parties, clients } = tour;
	walk.chapter(
		"Signed in once, at every app",
		"OpenID Connect Core §3.1.2.3",
		"Alice has a session at auth in each of her two browsers. Each began at another app, and no app knows of the others: auth alone knows the session, by its own cookie.",
	);
	const portalWish: Wish = {
		client: clients.portal,
		redirectUri: `${parties.portal.origin}/auth/callback`,
		scope: "openid profile",
		resources: [],
	};
	walk.step("On the laptop she signed in at the portal. Now she opens the shop");
	const shop = await signIn(tour, provider, laptop, shopWish(tour), people[0]);
	walk.check("not one page was shown, the browser went there and back", "Core §3.1.2.3", shop.pages.length === 0);
	walk.check("the shop has tokens", "RFC 6749 §5.1", shop.tokens.accessToken !== "" && shop.tokens.idToken !== "");
	const [atPortal, atShop] = [portal, shop.tokens].map(({ idToken }) => decode(idToken)?.claims);
	walk.check("both apps know the same person", "Core §2, sub", atShop?.sub !== undefined && atShop.sub === atPortal?.sub);
	walk.check("and when she typed her password: that was at the portal", "Core §2, auth_time", atShop?.auth_time === atPortal?.auth_time);

	walk.step("She reloads the shop, which kept nothing: it asks without any page (prompt=none)");
	const reloaded = await signIn(tour, provider, laptop, { ...shopWish(tour), prompt: "none" }, people[0]);
	walk.check("it is signed in again", "Core §3.1.2.1", reloaded.pages.length === 0 && reloaded.tokens.accessToken !== "");

	walk.step("On the phone she signed in at the shop. Now she opens the portal");
	const second = await signIn(tour, provider, phone, portalWish, people[0]);
	walk.check("the portal never asks either", "Core §3.1.2.3", second.pages.length === 0 && second.tokens.accessToken !== "");

	walk.step("In a browser in which nobody signed in, the shop asks without any page");
	const request = authorizationRequest(provider, { ...shopWish(tour), prompt: "none" });
	const { left } = await new Browser(walk, provider.issuer, userAgents.laptop).open(request.url);
	walk.check(
		"it is told so, and asks Alice when she wants to sign in",
		"Core §3.1.2.6",
		left?.searchParams.get("error") === "login_required" && left.searchParams.get("state") === request.state,
	);
}
