import { people } from "../people.ts";
import { authorizationRequest, passPages } from "./authorization.ts";
import { Browser, userAgents } from "./browser.ts";
import { has, headingOf, linkOf } from "./page.ts";
import { pageOf } from "./taking-back.ts";
import type { Provider, Tour } from "./tour.ts";

/** The portal itself, as it runs: what a browser sees of it from the first page to signing out at both ends. */
export async function webApp(tour: Tour, provider: Provider): Promise<void> {
	const { walk, parties, clients } = tour;
	const { portal } = parties;
	walk.chapter(
		"A web app on a server",
		"RFC 6749 §4.1.3, RFC 7636, RFC 9700 §2.1.1",
		"So far the tour played the portal. This is the portal itself, on @gatehouse/sdk/web, and Alice sits at a computer in the office. Her browser carries a code to the portal and gets a cookie for it; what the portal and auth say to each other is not to be seen from here.",
	);
	const office = new Browser(walk, provider.issuer, userAgents.office);
	const atPortal = new Browser(walk, portal.origin, userAgents.office);
	walk.step("She signs in");
	const welcome = pageOf(await atPortal.open(new URL("/", portal.origin)), "unknown");
	const { left: away } = await atPortal.open(linkOf(welcome, "sign-in"));
	if (!away) throw new Error("The portal did not send the browser to auth.");
	walk.check(
		"the portal has a secret of its own, and PKCE all the same",
		"RFC 9700 §2.1.1",
		away.searchParams.get("client_id") === "portal" && away.searchParams.get("code_challenge_method") === "S256",
	);
	walk.check(
		"what it must remember until she is back is in a cookie that comes along from auth, and that no script can read",
		"RFC 6265bis §5.6.7",
		atPortal.cookiesSet.length === 1 && atPortal.cookiesSet.every((cookie) => /; SameSite=Lax/i.test(cookie) && isKept(cookie)),
	);
	const { answer } = await passPages(office, { url: away }, people[0]);
	walk.check(
		"the answer brings a code, and no token",
		"RFC 9700 §2.1.2",
		answer.searchParams.has("code") && !answer.searchParams.has("access_token"),
	);

	walk.step("The browser brings it to the portal, which exchanges it, by itself and with its secret");
	const hop = pageOf(await atPortal.open(answer, "cross-site"), "unknown");
	walk.check(
		"what comes is a page that leads on: along a redirect from another site a Strict cookie would not be sent",
		"RFC 6265bis §5.2",
		linkOf(hop).href === `${portal.origin}/`,
	);
	const session = atPortal.cookiesSet.findLast((cookie) => cookie.includes("session")) ?? "";
	walk.check(
		"the session is one cookie: to this host alone, from no script, with no other site's request",
		"RFC 6265bis §4.1",
		/; SameSite=Strict/i.test(session) && isKept(session),
	);
	const home = pageOf(await atPortal.open(linkOf(hop)), "unknown");
	walk.check("the portal greets her", "OpenID Connect Core §2", headingOf(home) === `Good to see you, ${people[0].name}`);
	walk.check(
		"and shows what it got at both APIs, by a token for each",
		"RFC 8707 §2",
		home.html.includes("Beck &#38; Daughters") && home.html.includes("1041") && (home.html.match(/10 min/g)?.length ?? 0) === 2,
	);
	walk.check("no token is in anything that the browser was given", "RFC 9700 §4.3", !atPortal.received.some(holdsToken));

	walk.step("Somebody who saw that address brings the code, too, in a browser of their own");
	const thief = new Browser(walk, portal.origin, userAgents.phone);
	await thief.open(answer);
	walk.check(
		"it begins no session there: it is not the answer to anything that browser asked",
		"RFC 9700 §4.7",
		!thief.cookies.some(isSession),
	);

	walk.step("She signs out of everything");
	const leaving = pageOf(await atPortal.submit(home, "sign-out"), "unknown");
	walk.check("the cookie is taken away", "RFC 6265bis §5.7", !atPortal.cookies.some(isSession));
	const { left: back } = await office.open(linkOf(leaving));
	walk.check("auth leads back to where the portal said", "RP-Initiated Logout §3", back?.href === `${portal.origin}/signed-out`);
	const after = pageOf(await atPortal.open(new URL("/", portal.origin)), "unknown");
	walk.check("the portal knows nobody", "RFC 6265bis §8.4", has(after, "sign-in") && !after.html.includes(people[0].name));
	const wish = { client: clients.portal, redirectUri: `${portal.origin}/auth/callback`, scope: "openid", resources: [], prompt: "none" };
	const { left: silent } = await office.open(authorizationRequest(provider, wish).url);
	walk.check("nor does auth, in this browser", "Core §3.1.2.6", silent?.searchParams.get("error") === "login_required");
}

/** Kept to its host, from scripts, and off plain http. */
export function isKept(cookie: string): boolean {
	return (
		/^__Host-/.test(cookie) &&
		["HttpOnly", "Secure", "Path=/"].every((word) => cookie.split("; ").includes(word)) &&
		!/Domain=/i.test(cookie)
	);
}

/** A JWT, as access and ID tokens are. */
export function holdsToken(text: string): boolean {
	return /eyJ[\w-]{10,}\.eyJ/.test(text);
}

function isSession(name: string): boolean {
	return name.includes("session");
}
