import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import { crm, issuer, orders } from "../../test/spa/fake-issuer.ts";
import { FakeTab } from "../../test/spa/fake-tab.ts";
import type { Auth } from "./auth.ts";
import type { AuthError } from "./auth-error.ts";
import { createAuth } from "./create-auth.ts";

let tab: FakeTab;
/** What the developer is told. */
let written: MockInstance<typeof console.error>;
beforeEach(() => {
	// The clock goes on by itself, and no try of one test is left for the next.
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
	written = vi.spyOn(console, "error").mockImplementation(() => undefined);
	tab = new FakeTab();
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
	vi.unstubAllGlobals();
});

const codeOf = (promise: Promise<unknown>) =>
	promise.then(
		() => "fulfilled",
		(error: AuthError) => error.code,
	);

describe("a sign-in", () => {
	test("goes to the issuer and comes back to the same address, with a session of what is known by name", async () => {
		const there = new URL(
			await tab.leaves(() => void tab.load("/list?page=2#row-7").signIn({ acrValues: ["a", "b"], uiLocales: "de en" })),
		);
		const asked = there.searchParams;
		expect([asked.get("code_challenge_method"), asked.get("redirect_uri"), asked.get("acr_values"), asked.get("ui_locales")]).toEqual([
			"S256",
			"https://shop.acme.test/callback",
			"a b",
			"de en",
		]);
		expect(Object.keys(JSON.parse(asked.get("claims")!).id_token)).toContain("email");
		expect(new Set(["state", "nonce", "code_challenge"].map((name) => asked.get(name))).size).toBe(3);

		const auth = tab.load(tab.issuer.authorize(there.href));
		expect(await auth.ready()).toEqual({
			status: "signed-in",
			session: {
				user: { sub: "alice", name: "Alice Example", email: "alice@acme.test", emailVerified: true },
				authTime: tab.issuer.now / 1000 - 60,
			},
		});
		expect(Object.isFrozen(auth.session?.user)).toBe(true);
		expect(tab.href).toBe("https://shop.acme.test/list?page=2#row-7");
		expect(tab.issuer.tokenForms[0]?.get("code_verifier")).not.toBe(asked.get("state"));
	});

	test("the answer is out of the URL before `ready()` returns its promise, however often it is called, and one request is made of it", async () => {
		const there = await tab.leaves(() => void tab.load("/basket").signIn());
		const auth = tab.load(tab.issuer.authorize(there));
		const twice = [auth.ready(), auth.ready()];
		expect(tab.shown).toEqual(["https://shop.acme.test/basket"]);
		await Promise.all(twice);
		expect(tab.issuer.tokenForms).toHaveLength(1);
	});

	test("a router that looked at the URL before is told that it changed", async () => {
		const there = await tab.leaves(() => void tab.load("/basket").signIn());
		const auth = tab.load(tab.issuer.authorize(there));
		const heard = vi.fn();
		tab.events.addEventListener("popstate", heard);
		await auth.ready();
		expect(heard).toHaveBeenCalledOnce();
	});

	test("RP-02: state, nonce and verifier have nothing in common, in one sign-in and from one to the next", async () => {
		const drawn: (string | null | undefined)[] = [];
		for (let n = 0; n < 2; n++) {
			const there = await tab.leaves(() => void tab.load("/").signIn());
			await tab.load(tab.issuer.authorize(there)).ready();
			const asked = new URL(there).searchParams;
			drawn.push(asked.get("state"), asked.get("nonce"), tab.issuer.tokenForms.at(-1)?.get("code_verifier"));
		}
		for (const secret of drawn) expect(secret).toMatch(/^[\w-]{43}$/);
		expect(new Set(drawn).size).toBe(6);
	});

	test("a newer call always wins, also over one that came back already", async () => {
		const auth = tab.load("/");
		await tab.leaves(() => {
			void auth.signIn({ loginHint: "first" });
			void auth.signIn({ loginHint: "second" });
		});
		expect(tab.went.map(({ href }) => new URL(href).searchParams.get("login_hint"))).toEqual(["second"]);
		await tab.leaves(() => void auth.signIn({ loginHint: "third" }));
		expect((await tab.load(tab.issuer.authorize(tab.last)).ready()).status).toBe("signed-in");
	});

	test("of the person's own wins over a silent one that is under way, and settles what that would have", async () => {
		await tab.signIn();
		const auth = tab.load("/");
		const went = tab.went.length;
		void auth.ready();
		await tab.leaves(() => void auth.signIn({ loginHint: "alice" }));
		expect(tab.went.slice(went).map(({ href }) => new URL(href).searchParams.get("login_hint"))).toEqual(["alice"]);

		const other = tab.load("/");
		tab.issuer.down = true;
		const both = [other.ready(), codeOf(other.signIn())];
		expect(await Promise.all(both)).toEqual([expect.objectContaining({ status: "unreachable" }), "issuer_unreachable"]);
	});

	test("that fails after a silent one gave way to it settles the state too", async () => {
		await tab.signIn();
		const auth = tab.load("/");
		let writes = 0;
		tab.session.setItem = (name, value) => {
			if (++writes > 1) throw new DOMException("full", "QuotaExceededError");
			tab.session.items.set(name, value);
		};
		const state = auth.ready();
		expect(await codeOf(auth.signIn())).toBe("storage_unavailable");
		expect(await state).toMatchObject({ status: "signed-out", reason: "failed", error: { code: "storage_unavailable" } });
	});

	test("never comes back to an answer, nor to an address that somebody wrote into the storage", async () => {
		const there = await tab.leaves(() => void tab.load("/").signIn({ returnTo: "/callback?code=old&state=old" }));
		await tab.load(tab.issuer.authorize(there)).ready();
		expect(tab.href).toBe("https://shop.acme.test/");
		const next = await tab.leaves(() => void tab.load("/basket").signIn());
		for (const [name, value] of tab.session.items)
			tab.session.items.set(name, value.replaceAll("https://shop.acme.test/basket", "https://evil.test/"));
		expect((await tab.load(tab.issuer.authorize(next)).ready()).status).toBe("signed-in");
		expect(tab.href).toBe("https://shop.acme.test/");
	});

	test.each(["https://evil.test/", "//evil.test", "javascript:alert(1)", "http://shop.acme.test/", "blob:https://shop.acme.test/x"])(
		"`returnTo` %j is not a path of this app",
		async (returnTo) => {
			expect(await codeOf(tab.load("/").signIn({ returnTo }))).toBe("invalid_option");
			expect(await tab.leaves(() => void tab.auth.signIn({ returnTo: "/orders?page=2" }))).toContain(issuer);
		},
	);

	test("that cannot begin says why: nobody answers, or nothing can be remembered", async () => {
		const auth = tab.load("/");
		tab.issuer.down = true;
		expect(await codeOf(auth.signIn())).toBe("issuer_unreachable");
		tab.issuer.down = false;
		tab.session.full = true;
		expect(await codeOf(auth.signIn())).toBe("storage_unavailable");
		expect(tab.went).toEqual([]);
		vi.stubGlobal("isSecureContext", false);
		expect(await codeOf(auth.signIn())).toBe("insecure_url");
	});

	test("a router's notes that are too much for the storage are left out, not the sign-in", async () => {
		tab.load("/");
		tab.historyState = { loop: 1n };
		expect((await tab.load(tab.issuer.authorize(await tab.leaves(() => void tab.auth.signIn()))).ready()).status).toBe("signed-in");
	});

	test("the promise of one who came back by the back button resolves", async () => {
		const auth = tab.load("/");
		await auth.ready();
		let signedIn: Promise<void> | undefined;
		await tab.leaves(() => {
			signedIn = auth.signIn();
		});
		tab.tell("pageshow", { persisted: true });
		await signedIn;
		expect(auth.status).toBe("signed-out");
	});
});

describe("answers that are refused", () => {
	test.each([
		["AZ-19 RP-02: without `iss`", { iss: undefined }],
		["AZ-19 RP-02: of another issuer", { iss: "https://evil.test" }],
		["AZ-19 RP-02: of an issuer that looks alike", { iss: `${issuer}/` }],
		["AZ-19 RP-02: an error of another issuer", { iss: "https://evil.test", error: "access_denied" }],
	])("%s: nothing is sent; the same with the right one signs in", async (_, change) => {
		const there = await tab.leaves(() => void tab.load("/").signIn());
		const state = await tab.load(tab.issuer.authorize(there, change)).ready();
		expect(state).toMatchObject({ status: "signed-out", reason: "failed", error: { code: "issuer_mismatch", action: "fix-config" } });
		expect(tab.issuer.tokenForms).toEqual([]);
		expect((await tab.signIn()).status).toBe("signed-in");
	});

	test.each([
		["RP-02: without `state`", (href: string) => href.replace(/state=[^&]+&/, "")],
		["RP-02: with the `state` of another browser", (href: string) => href.replace(/state=[^&]+/, "state=other")],
		["RP-02: with two `state`s", (href: string) => `${href}&state=other`],
	])("%s: no code is redeemed; the issuer is asked once, silently", async (_, change) => {
		const there = await tab.leaves(() => void tab.load("/").signIn());
		const again = await tab.leaves(() => void tab.load(change(tab.issuer.authorize(there))).ready());
		expect(tab.issuer.tokenForms).toEqual([]);
		expect(tab.href).toBe("https://shop.acme.test/");
		expect(new URL(again).searchParams.get("prompt")).toBe("none");
		expect((await tab.load(tab.issuer.authorize(again)).ready()).status).toBe("signed-in");
	});

	test("RP-02: an answer that comes a second time, or after an hour, leads on and is not redeemed", async () => {
		const there = await tab.leaves(() => void tab.load("/basket").signIn());
		const back = tab.issuer.authorize(there);
		await tab.load(back).ready();
		const again = await tab.leaves(() => void tab.load(back).ready());
		expect(tab.issuer.tokenForms).toHaveLength(1);
		expect((await tab.load(tab.issuer.authorize(again)).ready()).status).toBe("signed-in");
		expect(tab.href).toBe("https://shop.acme.test/basket");

		const late = await tab.leaves(() => void tab.auth.signIn());
		vi.spyOn(Date, "now").mockReturnValue(Date.now() + 3_700_000);
		await tab.leaves(() => void tab.load(tab.issuer.authorize(late)).ready());
		expect(tab.issuer.tokenForms).toHaveLength(2);
	});

	test("many sign-ins that were begun: each knows its own address, and the oldest are forgotten", async () => {
		const begun: string[] = [];
		for (let n = 0; n < 12; n++) begun.push(await tab.leaves(() => void tab.load(`/page-${n}`).signIn()));
		await tab.load(tab.issuer.authorize(begun[5]!)).ready();
		expect(tab.href).toBe("https://shop.acme.test/page-5");
		await tab.leaves(() => void tab.load(tab.issuer.authorize(begun[0]!)).ready());
		expect(tab.href).toBe("https://shop.acme.test/");
	});

	test.each([
		["access_denied", { status: "signed-out", reason: "access_denied", error: { code: "access_denied", action: "sign-in" } }],
		["login_required", { status: "signed-out", reason: "login_required" }],
		["interaction_required", { status: "signed-out", reason: "login_required" }],
		["consent_required", { status: "signed-out", reason: "login_required" }],
		["account_selection_required", { status: "signed-out", reason: "login_required" }],
		["invalid_scope", { status: "signed-out", reason: "failed", error: { code: "invalid_scope", action: "fix-config" } }],
		["unauthorized_client", { status: "signed-out", reason: "failed", error: { code: "invalid_request" } }],
		["unmet_authentication_requirements", { status: "signed-out", error: { code: "step_up_failed", action: "step-up" } }],
		["temporarily_unavailable", { status: "unreachable", error: { code: "temporarily_unavailable", retryable: true } }],
		["server_error", { status: "unreachable", error: { code: "temporarily_unavailable" } }],
	])("the error %s", async (error, state) => {
		const there = await tab.leaves(() => void tab.load("/").signIn());
		expect(await tab.load(tab.issuer.authorize(there, { code: undefined, error })).ready()).toMatchObject(state);
		expect(tab.issuer.tokenForms).toEqual([]);
		const { error: said } = tab.auth.state;
		expect(written.mock.calls).toEqual(said?.action === "fix-config" ? [[said.message]] : []);
		expect((await tab.signIn()).status).toBe("signed-in");
	});

	test("RP-01: an ID token that does not fit signs nobody in, and says what is wrong with it", async () => {
		tab.issuer.idTokenClaims = (claims) => ({ ...claims, nonce: "of another request" });
		const { state } = await tab.signIn();
		expect(state).toMatchObject({ status: "signed-out", reason: "failed", error: { code: "id_token_refused" } });
		expect(await codeOf(tab.auth.token({ resource: orders }))).toBe("id_token_refused");
		tab.issuer.idTokenClaims = (claims) => claims;
		for (const [maxAge, status] of [
			[40, "signed-out"],
			[60, "signed-in"],
		] as const) {
			const there = await tab.leaves(() => void tab.load("/").signIn({ maxAge }));
			expect(new URL(there).searchParams.get("max_age")).toBe(String(maxAge));
			expect((await tab.load(tab.issuer.authorize(there)).ready()).status).toBe(status);
		}
		tab.issuer.idTokenClaims = (claims) => claims;
		expect((await tab.signIn()).status).toBe("signed-in");
	});

	test("parameters of the app's own are no answer", async () => {
		const auth = tab.load("/callback?error=of-the-app&code=7");
		expect(await auth.ready()).toEqual({ status: "signed-out" });
		expect(tab.shown).toEqual([]);
	});
});

describe("after a reload", () => {
	test("the issuer is asked by a redirect that takes the page's place in the history, and not when nobody was signed in", async () => {
		expect(await tab.load("/").ready()).toEqual({ status: "signed-out" });
		expect(tab.issuer.asked).toEqual([]);
		await tab.signIn();
		await tab.leaves(() => void tab.load("/basket#top").ready());
		expect(tab.went.at(-1)?.how).toBe("replace");
		// Before it left, it made sure that somebody is there; the page that comes back finds what it learnt in the browser's cache.
		expect(tab.issuer.asked.at(-1)).toMatchObject({ url: `${issuer}/.well-known/openid-configuration`, cache: "reload" });
		expect((await tab.load(tab.issuer.authorize(tab.last)).ready()).status).toBe("signed-in");
		expect(tab.href).toBe("https://shop.acme.test/basket#top");
	});

	test("signed out at the issuer meanwhile: signed out here, without an error, and the next reload asks nobody", async () => {
		await tab.signIn();
		tab.issuer.signedIn = undefined;
		await tab.leaves(() => void tab.load("/").ready());
		expect(await tab.load(tab.issuer.authorize(tab.last)).ready()).toEqual({ status: "signed-out", reason: "login_required" });
		expect(await tab.load("/").ready()).toEqual({ status: "signed-out" });
	});

	test("a loop ends after two redirects with a diagnosis, and a sign-in of the person's own begins afresh", async () => {
		await tab.signIn();
		for (let n = 0; n < 2; n++) await tab.leaves(() => void tab.load("/").ready());
		const { error } = await tab.load("/").ready();
		expect(error).toMatchObject({ code: "redirect_loop", action: "fix-config" });
		expect(error?.message).toContain("https://shop.acme.test/callback");
		expect(tab.went.filter(({ href }) => href.includes("end-session"))).toEqual([]);
		expect((await tab.signIn()).status).toBe("signed-in");
		await tab.leaves(() => void tab.load("/").ready());
	});

	test("an issuer that cannot be reached keeps the person on the page, as `unreachable`; each sign of life tries again", async () => {
		await tab.signIn();
		tab.issuer.down = true;
		const auth = tab.load("/basket");
		expect(await auth.ready()).toMatchObject({ status: "unreachable", error: { code: "issuer_unreachable" } });
		expect(await auth.ready()).toMatchObject({ status: "unreachable" });
		const went = tab.went.length;
		tab.issuer.down = false;
		expect(await tab.leaves(() => tab.tell("online"))).toContain("prompt=none");
		expect(tab.went).toHaveLength(went + 1);
		expect((await tab.load(tab.issuer.authorize(tab.last)).ready()).status).toBe("signed-in");
	});

	test.each([500, 502, 503, 429])("status %d of the issuer is `unreachable`, never `signed-out`", async (status) => {
		const there = await tab.leaves(() => void tab.load("/").signIn());
		tab.issuer.atToken = () => new Response("<h1>Sorry</h1>", { status });
		const auth = tab.load(tab.issuer.authorize(there));
		expect((await auth.ready()).status).toBe("unreachable");
		expect(tab.issuer.tokenForms).toHaveLength(1);
		tab.issuer.atToken = (form) => tab.issuer.honestToken(form);
		const again = await tab.leaves(() => tab.tell("visibilitychange"));
		expect((await tab.load(tab.issuer.authorize(again)).ready()).status).toBe("signed-in");
	});

	test("a code that came too late is asked for once more, silently", async () => {
		const there = await tab.leaves(() => void tab.load("/").signIn());
		tab.issuer.atToken = () => Response.json({ error: "invalid_grant" }, { status: 400 });
		expect(await tab.leaves(() => void tab.load(tab.issuer.authorize(there)).ready())).toContain("prompt=none");
	});
});

describe("`unreachable` heals by itself", () => {
	const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);
	const asked = () => tab.issuer.asked.length;
	/** By a clock that only the test moves. */
	beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));

	/** A page that was reloaded while the issuer is down. */
	async function reloaded(): Promise<Auth> {
		await tab.signIn();
		tab.issuer.down = true;
		const auth = tab.load("/basket");
		await auth.ready();
		return auth;
	}

	test("without a session: after 2, 4, 8 … and at most 60 seconds; the page stays until the issuer is there, and then leaves once", async () => {
		const auth = await reloaded();
		const states: string[] = [];
		const errors = vi.fn();
		auth.subscribe(({ status }) => states.push(status));
		auth.on("error", errors);
		const went = tab.went.length;
		for (const pause of [2, 4, 8, 16, 32, 60, 60]) {
			const before = asked();
			await seconds(pause - 0.001);
			expect(asked()).toBe(before);
			await seconds(0.001);
			expect(asked()).toBe(before + 1);
		}
		expect(tab.went).toHaveLength(went);
		expect(new Set(states)).toEqual(new Set(["unreachable"]));
		expect(errors).not.toHaveBeenCalled();

		tab.issuer.down = false;
		expect(await tab.leaves(() => seconds(60))).toContain("prompt=none");
		expect(auth.status).toBe("loading");
		expect([tab.went.length, vi.getTimerCount()]).toEqual([went + 1, 0]);
		expect((await tab.load(tab.issuer.authorize(tab.last)).ready()).status).toBe("signed-in");
	});

	test.each([
		["the token", (form: URLSearchParams) => tab.issuer.honestToken(form)],
		["a refusal", () => Response.json({ error: "invalid_target" }, { status: 400 })],
	])("with a session: what was missing is asked for again, and %s shows that the issuer is there", async (_, answer) => {
		const auth = await tab.signIn();
		tab.issuer.atToken = () => new Response("", { status: 500 });
		const failed = codeOf(auth.token({ resource: crm }));
		await seconds(1);
		expect([await failed, auth.status]).toEqual(["issuer_unreachable", "unreachable"]);
		await seconds(2);
		expect(auth.status).toBe("unreachable");
		tab.issuer.atToken = answer;
		await seconds(5);
		expect(auth.state).toMatchObject({ status: "signed-in", session: { user: { sub: "alice" } } });
		expect(tab.issuer.tokenForms.at(-1)?.get("resource")).toBe(crm);
		expect(vi.getTimerCount()).toBe(0);
	});

	test("a token that the API refused is not what heals it: a fresh one is", async () => {
		const auth = await tab.signIn();
		const { accessToken } = await auth.token({ resource: orders });
		const bearers: (string | null)[] = [];
		vi.stubGlobal("fetch", async (url: string | URL | Request, init?: RequestInit) => {
			if (!String(url).startsWith(orders)) return tab.issuer.fetch(url, init);
			bearers.push(new Headers(init?.headers).get("authorization"));
			tab.issuer.down = bearers.length === 1;
			return new Response(null, { status: bearers.length === 1 ? 401 : 200 });
		});
		const failed = codeOf(auth.fetch(`${orders}/orders`));
		await seconds(1);
		expect([await failed, auth.status]).toEqual(["issuer_unreachable", "unreachable"]);
		tab.issuer.down = false;
		await seconds(2);
		expect(auth.status).toBe("signed-in");
		expect((await auth.fetch(`${orders}/orders`)).status).toBe(200);
		expect(bearers[0]).toBe(`Bearer ${accessToken}`);
		expect(bearers[1]).not.toBe(bearers[0]);
	});

	test("but not a page that nobody sees, that was put away, or that needs no healing", async () => {
		await reloaded();
		const before = asked();
		tab.visibilityState = "hidden";
		tab.tell("visibilitychange");
		expect(vi.getTimerCount()).toBe(0);
		tab.tell("online");
		await seconds(300);
		expect(asked()).toBe(before);

		tab.visibilityState = "visible";
		tab.tell("visibilitychange");
		await seconds(0);
		expect([asked(), vi.getTimerCount()]).toEqual([before + 1, 1]);
		tab.tell("pagehide");
		expect(vi.getTimerCount()).toBe(0);
		await seconds(300);
		expect(asked()).toBe(before + 1);
		tab.tell("pageshow", { persisted: true });
		await seconds(0);
		expect([asked(), vi.getTimerCount()]).toEqual([before + 2, 1]);

		await tab.auth.signOut({ everywhere: false });
		expect(vi.getTimerCount()).toBe(0);
	});

	test("an answer that could not be redeemed leads away again after a minute, not every few seconds, and is called no loop", async () => {
		await tab.signIn();
		tab.issuer.atToken = () => new Response("", { status: 500 });
		let there = await tab.leaves(() => void tab.load("/").ready());
		for (let outage = 0; outage < 4; outage++) {
			expect((await tab.load(tab.issuer.authorize(there)).ready()).status).toBe("unreachable");
			const went = tab.went.length;
			await seconds(59);
			expect(tab.went).toHaveLength(went);
			there = await tab.leaves(() => seconds(1));
		}
		tab.issuer.atToken = (form) => tab.issuer.honestToken(form);
		expect((await tab.load(tab.issuer.authorize(there)).ready()).status).toBe("signed-in");
	});
});

describe("a session", () => {
	test("ends when the issuer says so, and the app hears it in this order", async () => {
		const auth = await tab.signIn();
		const heard: string[] = [];
		auth.subscribe(({ status }) => heard.push(status));
		for (const event of ["signed-out", "expired", "error"] as const) auth.on(event, () => heard.push(`(${event})`));
		tab.issuer.generation = 7;
		const [first, second] = await Promise.allSettled([auth.token({ resource: orders }), auth.token({ resource: crm })]);
		expect([first, second].map((one) => one.status === "rejected" && one.reason.action)).toEqual(["sign-in", "sign-in"]);
		expect(first).toMatchObject({ reason: { code: "session_expired", traceId: "trace-1" } });
		expect(heard).toEqual(["signed-out", "(expired)", "(signed-out)"]);
		expect(auth.state).toMatchObject({ status: "signed-out", reason: "expired" });
		expect(await codeOf(auth.fetch(`${orders}/orders`))).toBe("session_expired");
	});

	test("is kept while the issuer cannot be reached, and back at the next use", async () => {
		const auth = await tab.signIn();
		tab.issuer.atToken = () => new Response("", { status: 500 });
		expect(await codeOf(auth.token({ resource: orders }))).toBe("issuer_unreachable");
		expect(auth.state).toMatchObject({ status: "unreachable", session: { user: { sub: "alice" } } });
		tab.issuer.atToken = (form) => tab.issuer.honestToken(form);
		expect(Object.keys(await auth.token({ resource: orders }))).toEqual(["accessToken", "scope", "expiresIn"]);
		expect(auth.status).toBe("signed-in");
	});

	test("that is unreachable is not back because of a token from memory, and what was missing is fetched as soon as somebody looks", async () => {
		const auth = await tab.signIn();
		await auth.token({ resource: orders });
		tab.issuer.down = true;
		expect(await codeOf(auth.token({ resource: crm }))).toBe("issuer_unreachable");
		expect((await auth.token({ resource: orders })).scope).toEqual(["orders.read"]);
		expect(auth.status).toBe("unreachable");
		tab.issuer.down = false;
		const back = new Promise((done) => auth.subscribe(({ status }) => status === "signed-in" && done(true)));
		tab.tell("visibilitychange");
		expect(await back).toBe(true);
		expect(tab.issuer.tokenForms.at(-1)?.get("resource")).toBe(crm);
	});

	test("is not ended by a refusal that concerns one API", async () => {
		const auth = await tab.signIn();
		tab.issuer.atToken = () => Response.json({ error: "invalid_target", error_description: "unknown" }, { status: 400 });
		const error = await auth.token({ resource: orders }).catch((error: AuthError) => error);
		expect(error).toMatchObject({ code: "invalid_target", action: "fix-config" });
		expect((error as AuthError).message).toContain(orders);
		expect(auth.status).toBe("signed-in");
	});

	test("that ended while the page was kept for the back button is over when it is shown again, and given back", async () => {
		const auth = await tab.signIn();
		tab.tell("pageshow", { persisted: true });
		expect(auth.status).toBe("signed-in");
		tab.local.items.clear();
		tab.tell("pageshow", { persisted: false });
		expect(auth.status).toBe("signed-in");
		tab.tell("pageshow", { persisted: true });
		expect(auth.state).toEqual({ status: "signed-out", reason: "signed_out" });
		await vi.waitFor(() => expect(tab.issuer.asked.at(-1)?.url).toBe(`${issuer}/revoke`));
	});

	test("a listener that fails stops nobody else, and one that left hears nothing", async () => {
		const reported = vi.fn();
		vi.stubGlobal("reportError", reported);
		tab.load("/");
		const auth = tab.auth;
		const heard = vi.fn();
		auth.subscribe(() => {
			throw new Error("of the app");
		});
		auth.subscribe(heard);
		auth.subscribe(() => expect.unreachable())();
		await auth.ready();
		expect([heard.mock.calls.length, reported.mock.calls.length]).toEqual([1, 1]);
	});
});

describe("signing out", () => {
	test("gives the family back and goes to the issuer with a hint; it is over here before any answer", async () => {
		const auth = await tab.signIn();
		const there = new URL(
			await tab.leaves(() => {
				void auth.signOut();
				expect(auth.state).toEqual({ status: "signed-out", reason: "signed_out" });
			}),
		);
		expect(tab.issuer.asked.find(({ url }) => url.endsWith("/revoke"))?.form.get("token")).toBe("refresh-1");
		expect(there.pathname).toBe("/end-session");
		expect(there.searchParams.get("id_token_hint")).toMatch(/^eyJ/);
		expect(there.searchParams.get("post_logout_redirect_uri")).toBe("https://shop.acme.test/");
		expect(await codeOf(auth.token({ resource: orders }))).toBe("not_signed_in");
		expect(await tab.load("/").ready()).toEqual({ status: "signed-out" });
	});

	test("here alone goes nowhere; where nobody answers it is over here all the same, and the promise says that it goes on there", async () => {
		let auth = await tab.signIn();
		const went = tab.went.length;
		await auth.signOut({ everywhere: false });
		expect(tab.went).toHaveLength(went);
		auth = await tab.signIn();
		tab.issuer.down = true;
		expect(await codeOf(auth.signOut())).toBe("issuer_unreachable");
		expect(auth.status).toBe("signed-out");
	});

	test("while an answer is redeemed that comes to nothing: no silent sign-in follows", async () => {
		const there = await tab.leaves(() => void tab.load("/").signIn());
		let answer: (response: Response) => void = () => undefined;
		tab.issuer.atToken = () => new Promise((resolve) => (answer = resolve));
		const auth = tab.load(tab.issuer.authorize(there));
		const ready = auth.ready();
		await vi.waitFor(() => expect(tab.issuer.tokenForms).toHaveLength(1));
		await auth.signOut({ everywhere: false });
		const went = tab.went.length;
		answer(Response.json({ error: "invalid_grant" }, { status: 400 }));
		expect(await ready).toEqual({ status: "signed-out", reason: "signed_out" });
		expect(await codeOf(auth.token({ resource: orders }))).toBe("not_signed_in");
		expect([tab.went.length, auth.state]).toEqual([went, { status: "signed-out", reason: "signed_out" }]);
	});

	test("while an answer is redeemed: what comes of it is given back, and nobody is signed in", async () => {
		const there = await tab.leaves(() => void tab.load("/").signIn());
		let answer: (response: Response) => void = () => undefined;
		tab.issuer.atToken = () => new Promise((resolve) => (answer = resolve));
		const auth = tab.load(tab.issuer.authorize(there));
		const statuses: string[] = [];
		auth.subscribe(({ status }) => statuses.push(status));
		const ready = auth.ready();
		await vi.waitFor(() => expect(tab.issuer.tokenForms).toHaveLength(1));
		await auth.signOut({ everywhere: false });
		answer(tab.issuer.honestToken(tab.issuer.tokenForms[0]!));
		expect(await ready).toEqual({ status: "signed-out", reason: "signed_out" });
		await vi.waitFor(() => expect(tab.issuer.asked.at(-1)?.url).toBe(`${issuer}/revoke`));
		expect(statuses).toEqual(["signed-out"]);
		expect(await codeOf(auth.token({ resource: orders }))).toBe("not_signed_in");
		expect(await tab.load("/").ready()).toEqual({ status: "signed-out" });
		tab.issuer.atToken = (form) => tab.issuer.honestToken(form);
		expect((await tab.signIn()).status).toBe("signed-in");
	});
});

test("without a window it answers `loading` and touches nothing", async () => {
	const auth = createAuth({ issuer, clientId: "shop" });
	expect(await auth.ready()).toEqual({ status: "loading" });
});
