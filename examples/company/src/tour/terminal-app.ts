import { people } from "../people.ts";
import { introspect } from "./asking.ts";
import { redeem, refresh, signIn, type Wish } from "./authorization.ts";
import type { Browser } from "./browser.ts";
import type { Provider, Tokens, Tour } from "./tour.ts";

/** What the terminal app asks for. */
export function terminalWish({ clients, parties }: Tour, scope: string): Wish {
	return { client: clients.terminal, redirectUri: "http://127.0.0.1:50123/callback", scope, resources: [parties.crm.origin] };
}

/** An app that cannot prove what it is; and a code that comes twice. Returns the tokens of the terminal app. */
export async function terminalApp(tour: Tour, provider: Provider, browser: Browser): Promise<Tokens> {
	const { walk, clients, parties } = tour;
	walk.chapter(
		"The terminal app: one page with one button",
		"RFC 8252",
		"A command-line app signs Alice in with the session she has. Because any program may listen on a loopback port, auth shows one page with one button before it gives this app anything.",
	);
	const { tokens, pages } = await signIn(tour, provider, browser, terminalWish(tour, "openid crm.read"), people[0]);
	walk.check("no password was asked for", "Core §3.1.2.3", !pages.includes("login"));
	walk.check("the page with the one button was shown", "RFC 8252 §8.6", pages.join() === "continue");
	walk.check("the app has a token", "RFC 6749 §5.1", tokens.accessToken !== "");

	walk.step("The portal again, without any page (prompt=none); and somebody who has seen the code comes second");
	const wish = {
		client: clients.portal,
		redirectUri: `${parties.portal.origin}/auth/callback`,
		resources: [parties.crm.origin],
		prompt: "none",
	};
	const once = await signIn(tour, provider, browser, { ...wish, scope: "openid crm.read" }, people[0]);
	walk.check("the session alone was enough", "Core §3.1.2.1", once.pages.length === 0 && once.tokens.accessToken !== "");
	const twice = await redeem(tour, provider, once.request, once.code);
	walk.check("a code is good once", "RFC 6749 §4.1.2", twice.json.error === "invalid_grant");
	const after = await refresh(tour, provider, clients.portal, once.tokens.refreshToken);
	walk.check("and one that came twice takes its tokens with it", "RFC 6749 §10.5", after.json.error === "invalid_grant");
	const active = await introspect(tour, provider, once.tokens.accessToken);
	walk.check("the access token too, for whoever asks", "RFC 7662 §2.2", active.active === false);
	return tokens;
}
