import { people } from "../people.ts";
import { passPages } from "./authorization.ts";
import { Browser, userAgents } from "./browser.ts";
import { decode } from "./jwt.ts";
import { linkOf } from "./page.ts";
import { pageOf } from "./taking-back.ts";
import type { Provider, Tour } from "./tour.ts";
import { holdsToken, isKept } from "./web-app.ts";

/** The shop behind a back end, as it runs: the browser's side of a session whose tokens it never sees. */
export async function bff({ walk, parties }: Tour, provider: Provider): Promise<void> {
	const shop = parties["shop-bff"];
	const at = (path: string) => new URL(path, shop.origin);
	walk.chapter(
		"The shop behind a back end",
		"RFC 10017 §6.1",
		'The same shop, with createAuth({ bff: "/auth" }). Its back end, on @gatehouse/sdk/bff, signs people in with a secret of its own and keeps the tokens; the page calls the APIs through it. A script that got into the page could do what Alice can do while she looks, and would find nothing to take away.',
	);
	const office = new Browser(walk, provider.issuer, userAgents.office);
	const page = new Browser(walk, shop.origin, userAgents.office);
	const marked = { "x-csrf": "1" };
	walk.step("The page asks its back end who is here");
	const nobody = await page.call("GET", at("/auth/session"), marked);
	walk.check("nobody yet", "RFC 10017 §6.1", nobody.status === 200 && nobody.json.session === undefined);

	walk.step("Alice signs in");
	const { left: away } = await page.open(at("/auth/sign-in?returnTo=/orders"));
	if (!away) throw new Error("The back end did not send the browser to auth.");
	const { answer } = await passPages(office, { url: away }, people[0]);
	const hop = pageOf(await page.open(answer, "cross-site"), "unknown");
	walk.check("she comes back to the place she was at", "RFC 9700 §4.11", linkOf(hop).href === at("/orders").href);
	const session = page.cookiesSet.findLast((cookie) => cookie.includes("session")) ?? "";
	walk.check(
		"the session is one cookie: to this host alone, from no script, with no other site's request",
		"RFC 10017 §6.1.3.2",
		/; SameSite=Strict/i.test(session) && isKept(session),
	);
	const somebody = await page.call("GET", at("/auth/session"), marked);
	const { user } = (somebody.json.session ?? {}) as { readonly user?: { readonly name?: string } };
	walk.check("the page learns who is here, and nothing that opens anything", "RFC 10017 §6.1", user?.name === people[0].name);

	walk.step("It calls both APIs, each by a path of its own origin");
	for (const path of ["/api/products", "/api/orders"]) {
		const { status, headers } = await page.call("GET", at(path), marked);
		walk.check(
			`${path} is answered, and kept by no cache`,
			"RFC 10017 §6.1, RFC 9111 §5.2.2.5",
			status === 200 && headers.get("cache-control") === "no-store",
		);
	}

	walk.step("A page of somebody else's makes her browser call: the cookie might come along");
	const refused = async (headers: Readonly<Record<string, string>>) => {
		const { status, json } = await page.call("GET", at("/api/orders"), headers);
		return status === 403 && json.error === "csrf_refused";
	};
	walk.check("without the header, which such a page cannot set, it is refused", "RFC 10017 §6.1.3.3", await refused({}));
	walk.check(
		"and where the browser says that it comes from another site",
		"Fetch Metadata §2.3",
		await refused({ ...marked, "sec-fetch-site": "cross-site" }),
	);

	walk.step("What no route allows");
	const written = await page.call("POST", at("/api/products"), marked);
	walk.check(
		"a method that is not on the list",
		"RFC 9110 §15.5.6",
		written.status === 405 && written.headers.get("allow")?.startsWith("GET") === true,
	);
	const elsewhere = await page.call("GET", at("/api/customers"), marked);
	walk.check("a path that is not on the list, though Alice may read it at crm", "RFC 10017 §6.1", elsewhere.status === 404);
	const stranger = await new Browser(walk, shop.origin, userAgents.phone).call("GET", at("/api/orders"), marked);
	walk.check(
		"and nobody's call: there is no session without the cookie",
		"RFC 9110 §15.5.2",
		stranger.status === 401 && stranger.json.error === "not_signed_in",
	);

	walk.check("in all of this no token came to the browser", "RFC 10017 §6.1", !page.received.some(holdsToken));

	walk.step("She signs out");
	const copy = page.copy();
	const out = await page.call("POST", at("/auth/sign-out"), marked);
	const { left: end } = await page.open(at(String(out.json.url)));
	const hint = decode(end?.searchParams.get("id_token_hint") ?? "");
	walk.check(
		"only now one passes by, the ID token: it proves which session is meant, and opens no API",
		"RP-Initiated Logout §2",
		hint?.claims.aud === "shop-bff" && hint.header.typ !== "at+jwt",
	);
	const { left: back } = end ? await office.open(end) : { left: undefined };
	walk.check("the browser went to auth and is back at the shop", "RP-Initiated Logout §3", back?.href === `${shop.origin}/`);
	walk.check("the cookie is gone", "RFC 6265bis §5.7", !page.cookies.some((name) => name.includes("session")));
	const copied = await copy.call("GET", at("/auth/session"), marked);
	walk.check(
		"a copy of it opens nothing: the session is over at the back end, which says so",
		"OWASP ASVS 5.0 §7.4.1",
		copied.json.session === undefined && copied.json.reason === "signed_out",
	);
	const over = await copy.call("GET", at("/api/orders"), marked);
	walk.check("and makes no call for it", "OWASP ASVS 5.0 §7.4.1", over.status === 401 && over.json.error === "not_signed_in");
}
