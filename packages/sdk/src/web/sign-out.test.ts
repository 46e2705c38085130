import { issuerTest } from "@gatehouse/testing/vitest";
import { expect } from "vitest";
import type { Browser } from "../../test/web/browser.ts";
import { company, house, origin } from "../../test/web/house.ts";
import { memory } from "./index.ts";

const test = issuerTest(company);
const session = "__Host-Http-session-crm";
const form = { method: "POST", body: new URLSearchParams() } as const;
const signedIn = async (at: Browser) => (await at.call("/me")).status === 200;

test("a form of the app's ends the session here, gives its grant back, and ends the one at the issuer without a question", async ({
	issuer,
}) => {
	const { browser, signIn } = house(issuer);
	const alice = browser();
	const visitor = issuer.visitor();
	await signIn(alice, "/me", "alice", visitor);
	const [cookie, { revoke }] = [alice.cookie(session)!, issuer.calls];
	const { url, response } = await alice.open("/auth/sign-out", form);
	expect(new URL(url).pathname).toBe("/end-session");
	expect(response.headers.get("cache-control")).toBe("no-store");
	expect(issuer.calls.revoke).toBe(revoke + 1);
	expect([...alice.cookies.keys()]).toEqual([]);
	const { url: back } = await visitor.open(url, { until: (to) => to.origin === origin });
	expect(back.href).toBe(`${origin}/`);
	expect(await issuer.sessions("alice")).toEqual([]);
	const thief = browser();
	thief.cookies.set(session, { value: cookie, site: "Strict", line: "" });
	expect(await (await thief.call("/me")).json()).toMatchObject({ error: "session_expired" });
});

test("`everywhere=false` ends this app's session alone", async ({ issuer }) => {
	const { browser, signIn } = house(issuer);
	const alice = browser();
	await signIn(alice);
	const { url } = await alice.open("/auth/sign-out", { method: "POST", body: new URLSearchParams("everywhere=false") });
	expect(url).toBe(`${origin}/`);
	expect(await signedIn(alice)).toBe(false);
	expect(await issuer.sessions("alice")).toHaveLength(1);
});

test("no other page signs anybody out: not a sibling host, not another site, not a link; a page of the app's own does", async ({
	issuer,
}) => {
	const { browser, signIn } = house(issuer, { onError: () => undefined });
	const alice = browser();
	await signIn(alice);
	for (const from of ["elsewhere", "sibling", "typed"] as const)
		expect((await alice.go("/auth/sign-out", { ...form, from })).status).toBe(403);
	const asked = await alice.go("/auth/sign-out", { from: "elsewhere" });
	expect(asked.headers.getSetCookie()).toEqual([]);
	expect(await asked.text()).toContain('<form method="post" action="/auth/sign-out">');
	expect((await alice.go("/auth/sign-out?everywhere=false", { from: "elsewhere" })).headers.getSetCookie()).toEqual([]);
	expect(await signedIn(alice)).toBe(true);
	await alice.go("/auth/sign-out", form);
	expect(await signedIn(alice)).toBe(false);
});

test("a browser without Fetch Metadata is taken by its Origin, and one that says neither is refused", async ({ issuer }) => {
	const { app } = house(issuer, { onError: () => undefined });
	const post = async (headers: Readonly<Record<string, string>>) =>
		(
			await app(
				new Request(`${origin}/auth/sign-out`, {
					method: "POST",
					headers: { accept: "text/html", ...headers },
					body: new URLSearchParams(),
				}),
			)
		).status;
	expect(await post({ origin })).toBe(200);
	expect(await post({ origin: "https://evil.test" })).toBe(403);
	expect(await post({ origin: "null" })).toBe(403);
	expect(await post({})).toBe(403);
});

test("a script that signs out learns where the issuer's sign-out is, and no token with it", async ({ issuer }) => {
	const { browser, signIn } = house(issuer);
	const alice = browser();
	await signIn(alice);
	const answer = await alice.call("/auth/sign-out", form);
	const said = (await answer.json()) as { readonly continue: string };
	expect(said).toEqual({
		signedOut: true,
		continue: expect.stringContaining(`${issuer.url}/end-session?client_id=crm&post_logout_redirect_uri=`),
	});
	expect(said.continue).not.toContain("id_token_hint");
	expect(await signedIn(alice)).toBe(false);
});

test("a sign-out while the issuer is away ends the session here all the same, and says so where it leads nowhere", async ({ issuer }) => {
	const store = memory();
	const codes: string[] = [];
	const first = house(issuer, { store });
	// Another process of the app, which has never reached the issuer.
	const second = house(issuer, { store, onError: ({ code }) => void codes.push(code) });
	for (const [{ app, auth }, status] of [
		[first, 200],
		[second, 503],
	] as const) {
		const alice = first.browser();
		await first.signIn(alice);
		const request = new Request(origin, { headers: { cookie: `${session}=${alice.cookie(session)}` } });
		expect(await auth.session(request)).toBeDefined();
		issuer.offline();
		const headers = { ...Object.fromEntries(request.headers), origin, accept: "text/html" };
		const answer = await app(new Request(`${origin}/auth/sign-out`, { method: "POST", headers, body: new URLSearchParams() }));
		expect(answer.status).toBe(status);
		expect(answer.headers.getSetCookie().some((line) => line.startsWith(`${session}=;`))).toBe(true);
		expect(await auth.session(request)).toBeUndefined();
		issuer.online();
	}
	expect(codes).toEqual(["issuer_unreachable"]);
});

test("who is not signed in and signs out is led to the issuer, which asks", async ({ issuer }) => {
	const { browser } = house(issuer);
	const { url } = await browser().open("/auth/sign-out", form);
	expect(url).toContain("/end-session?client_id=crm");
});
