import { people } from "../people.ts";
import { passPages } from "./authorization.ts";
import { Browser, userAgents } from "./browser.ts";
import { has, headingOf, linesOf, linkOf } from "./page.ts";
import { pageOf } from "./taking-back.ts";
import type { Provider, Tour } from "./tour.ts";

/** One session at auth, two apps in it: what the portal learns when Alice leaves the shop, and what auth tells her of it. */
export async function backChannel({ walk, parties }: Tour, provider: Provider): Promise<void> {
	const { portal, "shop-bff": shop } = parties;
	walk.chapter(
		"Signed out everywhere",
		"OpenID Connect Back-Channel Logout §2.5",
		"Alice signs in at the portal and at the shop behind a back end, and signs out at the shop. Auth knows which apps took part in her session, and posts each of them a signed logout token, server to server: no browser has to carry it, so none can lose it.",
	);
	const office = new Browser(walk, provider.issuer, userAgents.office);
	const atPortal = new Browser(walk, portal.origin, userAgents.office);
	const atShop = new Browser(walk, shop.origin, userAgents.office);
	const marked = { "x-csrf": "1" };
	const through = async (browser: Browser, begin: URL) => {
		const { left: away } = await browser.open(begin);
		if (!away) throw new Error(`${begin.host} did not send the browser to auth.`);
		const { answer, pages } = await passPages(office, { url: away }, people[0]);
		const hop = pageOf(await browser.open(answer, "cross-site"), "unknown");
		return { hop, pages };
	};

	walk.step("She signs in at the portal, and then at the shop");
	const { hop } = await through(atPortal, new URL("/auth/sign-in", portal.origin));
	const home = pageOf(await atPortal.open(linkOf(hop)), "unknown");
	walk.check("the portal greets her", "OpenID Connect Core §2", headingOf(home) === `Good to see you, ${people[0].name}`);
	const second = await through(atShop, new URL("/auth/sign-in", shop.origin));
	walk.check("the shop asks nothing: it is the same session", "OpenID Connect Core §3.1.2.3", second.pages.length === 0);

	walk.step("She signs out at the shop");
	const out = await atShop.call("POST", new URL("/auth/sign-out", shop.origin), marked);
	const { left: end } = await atShop.open(new URL(String(out.json.url), shop.origin));
	const { left: back } = end ? await office.open(end) : { left: undefined };
	walk.check("she is back at the shop, which waited for nobody", "RP-Initiated Logout §3", back?.href === `${shop.origin}/`);
	const after = await learns(() => atPortal.open(new URL("/", portal.origin)));
	walk.check(
		"her next click at the portal finds nobody signed in, though its tokens had minutes to live",
		"Back-Channel Logout §2.7",
		after !== undefined && has(after, "sign-in") && !after.html.includes(people[0].name),
	);

	walk.step("She signs in at the portal again, and out at auth itself, which nobody leads back from");
	await through(atPortal, new URL("/auth/sign-in", portal.origin));
	const question = pageOf(await office.open(new URL(provider.endSessionEndpoint)), "logout");
	const receipt = pageOf(await office.submit(question, "logout-confirm"), "signed-out");
	walk.page(linesOf(receipt, "receipt"));
	walk.check(
		"the page that says so is a receipt: the portal has been told",
		"Back-Channel Logout §2.8",
		/id="receipt-portal" data-state="told"/.test(receipt.html),
	);
}

/** The page once the portal knows, which it is told at the same time as the browser goes back. */
async function learns(open: () => ReturnType<Browser["open"]>) {
	for (let tries = 0; tries < 50; tries++) {
		const { page } = await open();
		if (page && has(page, "sign-in")) return page;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return undefined;
}
