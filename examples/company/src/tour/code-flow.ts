import { people } from "../people.ts";
import { authorizationRequest, codeIn, passPages, redeem } from "./authorization.ts";
import type { Browser } from "./browser.ts";
import { decode, halfHash, isSigned } from "./jwt.ts";
import { type Provider, type Tokens, type Tour, tokensIn } from "./tour.ts";

/** The portal signs Alice in, by hand. */
export async function codeFlow(tour: Tour, provider: Provider, browser: Browser): Promise<Tokens> {
	const { walk, parties, clients } = tour;
	walk.chapter(
		"The portal signs Alice in",
		"RFC 6749 §4.1, RFC 7636, OpenID Connect Core §3.1",
		"The portal sends the browser to auth with the hash of a secret (PKCE). The browser brings back a code, and only who knows the secret, and the portal's own, gets tokens for it.",
	);
	const request = authorizationRequest(provider, {
		client: clients.portal,
		redirectUri: `${parties.portal.origin}/auth/callback`,
		scope: "openid profile email crm.read crm.write orders.read",
		resources: [parties.crm.origin, parties.orders.origin],
	});
	walk.step("The browser goes to auth, and Alice types her password there");
	const { answer, pages } = await passPages(browser, request, people[0]);
	walk.check("the password was asked for on auth's own page", "RFC 6749 §1", pages.includes("login"));
	walk.check(
		"the portal belongs to the company, so nobody asks for consent",
		"gatehouse.config.ts: first_party",
		!pages.includes("consent"),
	);
	walk.check(
		"every cookie is kept to this host, from scripts, and off other sites' forms",
		"RFC 6265bis §4.1",
		browser.cookiesSet.every(isGuarded),
	);
	const code = codeIn(tour, provider, request, answer);

	walk.step("The portal redeems the code");
	const redeemed = await redeem(tour, provider, request, code);
	walk.check("the code is good for tokens", "RFC 6749 §5.1", redeemed.status === 200 && redeemed.json.token_type === "Bearer");
	walk.check("nobody may keep a copy of the answer", "RFC 6749 §5.1", redeemed.headers.get("cache-control")?.includes("no-store") ?? false);
	const tokens = tokensIn(redeemed.json);
	walk.check(
		"there is a refresh token, because the portal may refresh; it ends with Alice's session at auth",
		"RFC 6749 §1.5, OpenID Connect Core §11",
		tokens.refreshToken !== "",
	);

	walk.step("The portal checks the ID token: who is it?");
	const { header = {}, claims = {} } = decode(tokens.idToken) ?? {};
	const now = Date.now() / 1000;
	walk.check("a key of the issuer signed it", "Core §3.1.3.7, 6", isSigned(tokens.idToken, provider.keys));
	walk.check("iss is the issuer", "Core §3.1.3.7, 2", claims.iss === provider.issuer);
	walk.check("aud is the portal", "Core §3.1.3.7, 3", claims.aud === "portal" || JSON.stringify(claims.aud) === '["portal"]');
	walk.check("it is no older than it may be", "Core §3.1.3.7, 9", typeof claims.exp === "number" && claims.exp > now);
	walk.check("nonce is the one of this sign-in", "Core §3.1.3.7, 11", claims.nonce === request.nonce);
	walk.check(
		"at_hash fits the access token",
		"Core §3.1.3.8",
		claims.at_hash === undefined || claims.at_hash === halfHash(tokens.accessToken),
	);
	walk.check("it is no access token, and says so", "RFC 9068 §2.1", header.typ !== "at+jwt");
	return tokens;
}

/** The prefix `__Host-` demands Secure and Path=/ and forbids Domain; HttpOnly and SameSite are ours to set. */
function isGuarded(cookie: string): boolean {
	const [name = "", ...attributes] = cookie.toLowerCase().split("; ");
	const has = (attribute: string) => attributes.includes(attribute);
	const sameSite = has("samesite=lax") || has("samesite=strict");
	return name.startsWith("__host-") && has("secure") && has("httponly") && has("path=/") && sameSite && !cookie.includes("Domain=");
}
