import { authorizationRequest, refresh } from "./authorization.ts";
import type { Browser } from "./browser.ts";
import { terminalWish } from "./terminal-app.ts";
import type { Provider, Tokens, Tour } from "./tour.ts";

/** What apps hold when Alice signs out, each with its newest refresh token. */
interface Held {
	readonly portal: Tokens;
	readonly terminal: Tokens;
	/** Promised to outlive her session. */
	readonly analytics: Tokens;
}

/** Alice signs out. Returns what Analytics holds then. */
export async function signingOut(tour: Tour, provider: Provider, browser: Browser, { portal, terminal, analytics }: Held): Promise<Tokens> {
	const { walk, parties, clients } = tour;
	walk.chapter(
		"Alice signs out",
		"OpenID Connect RP-Initiated Logout §2",
		"The portal ends its own session and sends the browser on to auth, with the ID token as proof of which session is meant. Without that proof auth would ask her first: nobody else's link may sign her out.",
	);
	const back = `${parties.portal.origin}/signed-out`;
	const url = new URL(provider.endSessionEndpoint);
	url.search = new URLSearchParams({ id_token_hint: portal.idToken, post_logout_redirect_uri: back, state: "bye" }).toString();
	const arrival = await browser.open(url);
	walk.check("the browser is back at the portal, with its state", "RP-Initiated Logout §3", arrival.left?.href === `${back}?state=bye`);

	walk.step("Is she still signed in?");
	const request = authorizationRequest(provider, {
		...terminalWish(tour, "openid"),
		client: clients.portal,
		redirectUri: `${parties.portal.origin}/auth/callback`,
		prompt: "none",
		resources: [],
	});
	const { left } = await browser.open(request.url);
	walk.check(
		"auth does not know her any more",
		"Core §3.1.2.6",
		left?.searchParams.get("error") === "login_required" && left.searchParams.get("state") === request.state,
	);
	for (const [name, app, held] of [
		["portal", clients.portal, portal],
		["terminal app", clients.terminal, terminal],
	] as const) {
		const bound = await refresh(tour, provider, app, held.refreshToken);
		walk.check(
			`the ${name} never asked for offline_access: its refresh token ended with the session`,
			"OpenID Connect Core §11",
			bound.json.error === "invalid_grant",
		);
	}
	const free = await refresh(tour, provider, clients.analytics, analytics.refreshToken, parties.crm.origin);
	walk.check(
		"Analytics' outlives it: that is what Alice allowed when it asked for offline_access",
		"OpenID Connect Core §11",
		free.status === 200,
	);
	return { ...analytics, accessToken: String(free.json.access_token), refreshToken: String(free.json.refresh_token) };
}
