import { people } from "../people.ts";
import { introspect } from "./asking.ts";
import { authorizationRequest, refresh } from "./authorization.ts";
import type { Browser } from "./browser.ts";
import { has, linesOf } from "./page.ts";
import { shopWish } from "./shop.ts";
import { pageOf } from "./taking-back.ts";
import type { Provider, Tokens, Tour } from "./tour.ts";
import { call } from "./wire.ts";

/** Alice's phone is lost: from the laptop she ends the session there. `onPhone` is what the shop holds on the phone. */
export async function devices(tour: Tour, provider: Provider, laptop: Browser, phone: Browser, onPhone: Tokens): Promise<void> {
	const { walk, parties, clients } = tour;
	walk.chapter(
		"Alice's phone is lost",
		"OWASP ASVS 5.0 §7.5, RFC 9700 §4.14.2",
		"Alice is signed in in two browsers. On the laptop she looks where, and ends the session on the phone. With it ends everything that came from it: nothing new is given, and whoever asks hears so at once.",
	);
	walk.step("On the laptop she opens her account page");
	const account = pageOf(await laptop.open(new URL("/account", provider.issuer)), "account");
	walk.page(linesOf(account, "sessions"));
	walk.check(
		"both browsers stand there, by what they call themselves",
		"ASVS §7.5",
		["Firefox", "Linux", "Chrome", "Android"].every((word) => account.html.includes(word)),
	);
	walk.check(
		"the other one can be ended, this one cannot: that is signing out",
		"ASVS §7.5",
		has(account, "end-session-1") && !has(account, "end-session-2"),
	);
	walk.check(
		"until now the phone's shop is alive",
		"RFC 7662 §2.2",
		(await introspect(tour, provider, onPhone.accessToken)).active === true,
	);

	walk.step("She ends the other one");
	const after = pageOf(await laptop.submit(account, "end-session-1"), "account");
	walk.page(linesOf(after, "sessions"));
	walk.check("it is gone from the page", "ASVS §7.5", !has(after, "end-session-1"));

	walk.step("On the phone, whoever found it");
	const silent = await phone.open(authorizationRequest(provider, { ...shopWish(tour), prompt: "none" }).url);
	walk.check("auth does not know this browser any more", "Core §3.1.2.6", silent.left?.searchParams.get("error") === "login_required");
	const refreshed = await refresh(tour, provider, clients.shop, onPhone.refreshToken);
	walk.check("the shop there gets no new token", "RFC 6749 §5.2", refreshed.status === 400 && refreshed.json.error === "invalid_grant");
	walk.check(
		"and for whoever asks, the one it has is dead at once",
		"RFC 7662 §2.2",
		(await introspect(tour, provider, onPhone.accessToken)).active === false,
	);
	const alone = await call(walk, `${parties.crm.origin}/products`, onPhone.accessToken);
	walk.check("who checks tokens alone lets it in until it expires, ten minutes at the most", "RFC 7009 §3", alone.status === 200);
	const opened = await phone.open(new URL("/account", provider.issuer));
	walk.check("the account page asks for a password", "Core §3.1.2.3", opened.page?.kind === "login");

	walk.step("Was the password on the phone, too? On the laptop she sets another one, and proves the old one for it");
	const typed = { "current-password": people[0].password, "new-password": "kettle-in-the-orchard" };
	const changed = pageOf(await laptop.submit(after, "password-submit", typed), "account");
	walk.check("it is changed", "ASVS §6.2.3", !has(changed, "password-error"));
	const { username, password } = people[0];
	const guessed = await phone.submit(pageOf(opened, "login"), "login-submit", { username, password });
	walk.check("the old one opens nothing any more", "ASVS §6.2.2", guessed.page?.kind === "login" && has(guessed.page, "login-error"));

	walk.step("On the laptop everything goes on");
	const here = await laptop.open(authorizationRequest(provider, { ...shopWish(tour), prompt: "none" }).url);
	walk.check("the shop is still signed in without a page", "Core §3.1.2.1", here.left?.searchParams.has("code") === true);
}
