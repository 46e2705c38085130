import { describe, expect, test, vi } from "vitest";
import { FakeDevice, type FakeProcess, redirect } from "../../test/mobile/fake-device.ts";
import { crm, issuer, orders } from "../../test/spa/fake-issuer.ts";
import type { AuthError } from "../client/auth-error.ts";
import type { AuthState } from "./state.ts";

const codeOf = (promise: Promise<unknown>) =>
	promise.then(
		() => "fulfilled",
		(error: AuthError) => error.code,
	);

/** Signs in on a device; answers the process in which it happened. */
async function signedIn(device = new FakeDevice(), app = device.start()): Promise<FakeProcess> {
	const result = app.auth.signIn();
	await app.atBrowser();
	app.link(device.answer());
	expect(await result).toMatchObject({ status: "signed-in" });
	return app;
}

describe("a sign-in", () => {
	test("goes through the browser and back by a link, with PKCE, and is shown with what is known by name", async () => {
		const device = new FakeDevice();
		const app = device.start();
		expect(await app.auth.ready()).toEqual({ status: "signed-out" });
		const result = app.auth.signIn({ acrValues: ["a", "b"], uiLocales: "de en", loginHint: "alice" });
		await app.atBrowser();
		const asked = new URL(device.opened[0]!).searchParams;
		expect(["code_challenge_method", "redirect_uri", "acr_values", "ui_locales", "login_hint"].map((name) => asked.get(name))).toEqual([
			"S256",
			redirect,
			"a b",
			"de en",
			"alice",
		]);
		app.link(device.answer());
		const session = {
			user: { sub: "alice", name: "Alice Example", email: "alice@acme.test", emailVerified: true },
			authTime: device.issuer.now / 1000 - 60,
		};
		expect(await result).toEqual({ status: "signed-in", session });
		expect(app.auth.state).toEqual({ status: "signed-in", session });
		expect(Object.isFrozen(app.auth.session?.user)).toBe(true);
		expect(device.done.at(-1)).not.toBe("browser.open");
		expect(device.done).toContain("browser.close");
	});

	test("is written down before the browser opens, and used up before its code is redeemed", async () => {
		const device = new FakeDevice();
		await signedIn(device);
		const order = device.done.filter((what) => /transaction|browser.open|token/.test(what));
		expect(order).toEqual([
			"secure.remove transaction",
			"secure.set transaction",
			"browser.open",
			"secure.get transaction",
			"secure.remove transaction",
			"fetch /token",
		]);
	});

	test.each<[string, (app: FakeProcess, device: FakeDevice, link: string) => void | Promise<void>]>([
		["before the browser's promise", () => undefined],
		["twice", (app, _, link) => app.link(link)],
		[
			"again after it was done with",
			async (app, _, link) => {
				await app.idle();
				app.link(link);
				await app.idle();
			},
		],
	])("whose link comes %s is redeemed once", async (_, more) => {
		const device = new FakeDevice();
		const app = device.start();
		const result = app.auth.signIn();
		await app.atBrowser();
		const link = device.answer();
		app.link(link);
		await more(app, device, link);
		expect((await result).status).toBe("signed-in");
		expect(device.issuer.tokenForms).toHaveLength(1);
		expect(app.auth.status).toBe("signed-in");
	});

	test("whose browser is gone before its link waits for the link; without one it is cancelled", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const awake = Promise.withResolvers<void>();
		app.asleep = () => awake.promise;
		const first = app.auth.signIn();
		await app.atBrowser();
		await app.idle();
		app.dismiss();
		app.link(device.answer());
		awake.resolve();
		expect((await first).status).toBe("signed-in");

		const second = app.auth.signIn();
		await app.atBrowser();
		await app.idle();
		app.dismiss();
		expect(await second).toEqual({ status: "cancelled" });
		expect(app.auth.status).toBe("signed-in");
	});

	test("that was cancelled signs in all the same should its link come late", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const heard = vi.fn();
		app.auth.on("signed-in", heard);
		const result = app.auth.signIn();
		await app.atBrowser();
		await app.idle();
		app.dismiss();
		expect(await result).toEqual({ status: "cancelled" });
		app.link(device.answer());
		await app.idle();
		expect(heard).toHaveBeenCalledOnce();
	});

	test("that begins later wins: the one before is cancelled, and its link is nothing", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const first = app.auth.signIn();
		await app.atBrowser();
		const late = device.answer();
		const second = app.auth.signIn({ prompt: "select_account" });
		expect(await first).toEqual({ status: "cancelled" });
		await app.atBrowser();
		app.link(late);
		await app.idle();
		expect(device.issuer.tokenForms).toHaveLength(0);
		app.link(device.answer());
		expect((await second).status).toBe("signed-in");
	});

	test("that begins while the code of another is redeemed wins too, and what that one brings is given back", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const first = app.auth.signIn();
		await app.atBrowser();
		const held = Promise.withResolvers<void>();
		device.issuer.atToken = async (form) => {
			await held.promise;
			return device.issuer.honestToken(form);
		};
		app.link(device.answer());
		await app.asked("fetch /token");
		const second = app.auth.signIn();
		await app.atBrowser();
		held.resolve();
		await app.idle();
		expect([(await first).status, app.auth.status]).toEqual(["cancelled", "signed-out"]);
		expect(device.issuer.asked.at(-1)?.url).toBe(`${issuer}/revoke`);
		app.link(device.answer());
		expect((await second).status).toBe("signed-in");
	});

	test("beside a session that fails takes nothing away from it; one that succeeds gives the former back", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		const refused = app.auth.signIn({ maxAge: 0 });
		await app.atBrowser();
		app.link(device.answer({ code: undefined, error: "access_denied" }));
		expect(await refused).toMatchObject({ status: "failed", error: { code: "access_denied" } });
		expect(app.auth.status).toBe("signed-in");
		await signedIn(device, app);
		await app.idle();
		expect(device.issuer.asked.at(-1)?.form.get("token")).toBe("refresh-1");
	});

	test("when the person says no is told with its reason", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const result = app.auth.signIn();
		await app.atBrowser();
		app.link(device.answer({ code: undefined, error: "access_denied", error_description: "no" }));
		expect((await result).status).toBe("failed");
		expect(app.auth.state).toMatchObject({ status: "signed-out", reason: "access_denied", error: { code: "access_denied" } });
	});

	test.each<[string, string, string]>([
		["store that takes nothing", "secure.set transaction", "storage_unavailable"],
		["browser that does not open", "browser.open", "browser_unavailable"],
		["issuer that does not answer", "fetch /.well-known/openid-configuration", "issuer_unreachable"],
	])("with a %s fails at once and says so; the next one succeeds", async (_, what, code) => {
		const device = new FakeDevice();
		const app = device.start();
		app.refuse = (asked) => {
			if (asked === what) throw new TypeError("broken");
		};
		expect(await app.auth.signIn()).toMatchObject({ status: "failed", error: { code } });
		if (what !== "browser.open") expect(device.opened).toEqual([]);
		app.refuse = () => undefined;
		await signedIn(device, app);
	});

	test("whose session the store does not take fails, and its tokens are given back", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const result = app.auth.signIn();
		await app.atBrowser();
		app.refuse = (what) => {
			if (what === "secure.set session") throw new Error("the keychain is full");
		};
		app.link(device.answer());
		expect(await result).toMatchObject({ status: "failed", error: { code: "storage_unavailable" } });
		expect(app.auth.state).toMatchObject({ status: "signed-out", reason: "failed" });
		await app.idle();
		expect(device.issuer.asked.at(-1)?.url).toBe(`${issuer}/revoke`);
	});
});

describe("a link", () => {
	test.each<[string, (link: string, device: FakeDevice) => string]>([
		["RP-02: with another state", (_, device) => device.answer({ state: "made-up" })],
		["RP-02: without a state", (_, device) => device.answer({ state: undefined })],
		["RP-02: with its state twice", (link) => `${link}&state=other`],
		["to another path", (link) => link.replace(":/auth", ":/author")],
		["to a host", (link) => link.replace(":/auth", "://evil/auth")],
		["to a longer path", (link) => link.replace(":/auth", ":/auth/more")],
		["of another scheme", (link) => link.replace("com.acme.shop", "com.acme.shopp")],
		["of the app's own that is no answer", () => "com.acme.shop:/product/7"],
		["that is no link", () => "not a link"],
	])("%s does nothing; the honest one then signs in", async (_, forged) => {
		const device = new FakeDevice();
		const app = device.start();
		const result = app.auth.signIn();
		await app.atBrowser();
		const honest = device.answer();
		app.link(forged(honest, device));
		await app.idle();
		expect([app.auth.status, device.issuer.tokenForms.length]).toEqual(["signed-out", 0]);
		app.link(honest);
		expect((await result).status).toBe("signed-in");
	});

	test("nobody asked for does nothing, at the start and later", async () => {
		const device = new FakeDevice();
		const app = device.start(`${redirect}?code=c&state=s&iss=${encodeURIComponent(issuer)}`);
		expect(await app.auth.ready()).toEqual({ status: "signed-out" });
		expect(device.issuer.tokenForms).toEqual([]);
	});

	test.each<[string, Record<string, string | undefined>, string]>([
		["AZ-19: of another issuer", { iss: "https://evil.test" }, "issuer_mismatch"],
		["AZ-19: without an issuer", { iss: undefined }, "issuer_mismatch"],
		["AZ-19: refusing in another issuer's name", { iss: "https://evil.test", code: undefined, error: "access_denied" }, "issuer_mismatch"],
		["that says it is busy", { code: undefined, error: "temporarily_unavailable" }, "temporarily_unavailable"],
	])("%s is refused without a word to the token endpoint; the next sign-in succeeds", async (_, change, code) => {
		const device = new FakeDevice();
		const app = device.start();
		const result = app.auth.signIn();
		await app.atBrowser();
		app.link(device.answer(change));
		expect(await result).toMatchObject({ status: "failed", error: { code } });
		expect(device.issuer.tokenForms).toEqual([]);
		await signedIn(device, app);
	});

	test("RP-01: whose ID token answers another sign-in signs nobody in", async () => {
		const device = new FakeDevice();
		device.issuer.idTokenClaims = (claims) => ({ ...claims, nonce: "other" });
		const app = device.start();
		const result = app.auth.signIn();
		await app.atBrowser();
		app.link(device.answer());
		expect(await result).toMatchObject({ status: "failed", error: { code: "id_token_refused" } });
		expect(device.disk).not.toContain("refresh-");
	});

	test("with a code that somebody else began gains nothing: the verifier stays here", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const result = app.auth.signIn();
		await app.atBrowser();
		const other = new FakeDevice();
		const thief = other.start();
		void thief.auth.signIn();
		await thief.atBrowser();
		const code = new URL(device.issuer.authorize(other.opened[0]!)).searchParams.get("code")!;
		app.link(device.answer({ code }));
		expect(await result).toMatchObject({ status: "failed", error: { code: "session_expired" } });
	});

	test("that comes after an hour is refused", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const result = app.auth.signIn();
		await app.atBrowser();
		const link = device.answer();
		device.pass(3_600_001);
		app.link(link);
		expect(await result).toMatchObject({ status: "failed", error: { code: "state_unknown" } });
		expect(device.issuer.tokenForms).toEqual([]);
	});
});

describe("a new process", () => {
	test("J2: finishes the sign-in of one that was killed while the browser was open, though the link is handed to it twice", async () => {
		const device = new FakeDevice();
		const first = device.start();
		void first.auth.signIn();
		await first.atBrowser();
		first.killAt = 0;
		const link = device.answer();
		const second = device.start(link);
		const heard = vi.fn();
		second.auth.on("signed-in", heard);
		const ready = second.auth.ready();
		second.link(link);
		expect(await ready).toMatchObject({ status: "signed-in", session: { user: { sub: "alice" } } });
		await second.idle();
		expect(heard).toHaveBeenCalledOnce();
		expect(device.issuer.tokenForms).toHaveLength(1);
		expect((await second.auth.token({ resource: orders })).accessToken).toMatch(/^access-/);
		// A web view that reloads is told the link that started the app once more.
		expect((await device.start(link).auth.ready()).status).toBe("signed-in");
		expect(device.issuer.tokenForms).toHaveLength(2);
	});

	test("shows who is signed in without asking anybody", async () => {
		const device = new FakeDevice();
		await signedIn(device);
		device.issuer.down = true;
		device.issuer.asked.length = 0;
		const app = device.start();
		expect(await app.auth.ready()).toMatchObject({ status: "signed-in", session: { user: { name: "Alice Example" } } });
		expect(device.issuer.asked).toEqual([]);
		expect(await codeOf(app.auth.token({ resource: orders }))).toBe("issuer_unreachable");
		expect(app.auth.state).toMatchObject({ status: "unreachable", session: { user: { sub: "alice" } } });
		device.issuer.down = false;
		app.awake();
		await app.idle();
		expect(app.auth.status).toBe("signed-in");
	});

	test("of a new installation throws away what the Keychain has kept of the one before", async () => {
		const device = new FakeDevice();
		await signedIn(device);
		expect(device.disk).toContain("refresh-1");
		device.settings.clear();
		expect(await device.start().auth.ready()).toEqual({ status: "signed-out" });
		expect(device.disk).not.toContain("refresh-");
		await signedIn(device);
		expect((await device.start().auth.ready()).status).toBe("signed-in");
	});

	test("on a restored device, where the secrets did not come along, says why nobody is signed in, once", async () => {
		const device = new FakeDevice();
		await signedIn(device);
		device.secure.clear();
		const lost = { status: "signed-out", reason: "storage_lost", error: { code: "storage_unavailable" } };
		expect(await device.start().auth.ready()).toMatchObject(lost);
		expect(await device.start().auth.ready()).toEqual({ status: "signed-out" });
	});

	test.each<[string, (device: FakeDevice, app: FakeProcess) => void]>([
		[
			"cannot decrypt",
			(_, app) => {
				app.refuse = (what) => {
					if (what === "secure.get session") throw new Error("Key user not authenticated");
				};
			},
		],
		["finds rubbish", (device) => device.secure.forEach((_, name) => void device.secure.set(name, '{"session":{}}'))],
		["finds half a text", (device) => device.secure.forEach((text, name) => void device.secure.set(name, text.slice(0, 20)))],
	])("that %s in the secure store is signed out with a reason, and a sign-in helps", async (_, harm) => {
		const device = new FakeDevice();
		await signedIn(device);
		const app = device.start();
		harm(device, app);
		expect(await app.auth.ready()).toMatchObject({ status: "signed-out", reason: "storage_lost" });
		await signedIn(device, app);
		app.refuse = () => undefined;
		expect((await device.start().auth.ready()).status).toBe("signed-in");
	});

	test("that could not read before the device was unlocked shows the session afterwards", async () => {
		const device = new FakeDevice();
		await signedIn(device);
		const app = device.start();
		app.refuse = (what) => {
			if (what === "secure.get session") throw new Error("errSecInteractionNotAllowed");
		};
		expect((await app.auth.ready()).status).toBe("signed-out");
		app.refuse = () => undefined;
		app.awake();
		await app.idle();
		expect(app.auth.state).toMatchObject({ status: "signed-in", session: { user: { sub: "alice" } } });
	});

	test("whose key refuses to write until its value is gone signs in all the same", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const refused = new Set<string>();
		app.refuse = (what) => {
			const [verb, kind] = what.split(" ");
			if (verb === "secure.remove") refused.add(`secure.set ${kind}`);
			if (verb === "secure.set" && !refused.has(what)) throw new Error("Key permanently invalidated");
		};
		await app.auth.ready();
		refused.clear();
		await signedIn(device, app);
	});
});

describe("a token", () => {
	test("F-03: each successor is written down before the access token is given out", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		device.done.length = 0;
		await app.auth.token({ resource: orders });
		expect(device.done).toEqual(["secure.get session", "fetch /token", "secure.set session"]);
		expect(device.disk).toContain("refresh-2");
		expect(device.disk).not.toContain("access-");
	});

	test("is asked for once, however many want it, and one after another for different APIs", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		await Promise.all([orders, crm, orders, crm].map((resource) => app.auth.token({ resource })));
		const forms = device.issuer.tokenForms.slice(1);
		expect(forms.map((form) => [form.get("resource"), form.get("refresh_token")])).toEqual([
			[orders, "refresh-1"],
			[crm, "refresh-2"],
		]);
		device.pass(560_000);
		await app.auth.token({ resource: orders, minTtl: 60 });
		expect(device.issuer.tokenForms).toHaveLength(4);
	});

	test("that the store could not take is not given out, and its successor is written down before the next is asked for", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		app.refuse = (what) => {
			if (what === "secure.set session") throw new Error("locked");
		};
		expect(await codeOf(app.auth.token({ resource: orders }))).toBe("storage_unavailable");
		expect(app.auth.status).toBe("signed-in");
		app.refuse = () => undefined;
		expect((await app.auth.token({ resource: orders })).scope).toEqual(["orders.read"]);
		expect(device.issuer.tokenForms.map((form) => form.get("refresh_token"))).toEqual([null, "refresh-1", "refresh-2"]);
	});

	test("F-03: whose answer was lost is asked for again with the same refresh token", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		let lost = 0;
		const honest = device.issuer.atToken;
		device.issuer.atToken = (form, url) => {
			if (lost++ === 0) throw new TypeError("connection reset");
			return honest(form, url);
		};
		await app.auth.token({ resource: orders });
		expect(device.issuer.tokenForms.slice(1).map((form) => form.get("refresh_token"))).toEqual(["refresh-1", "refresh-1"]);
	});

	test("whose family the issuer has ended ends the session, here and at the next start", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		const states: AuthState[] = [];
		app.auth.subscribe((state) => states.push(state));
		device.issuer.generation = 7;
		expect(await codeOf(app.auth.token({ resource: orders }))).toBe("session_expired");
		expect(states).toMatchObject([{ status: "signed-out", reason: "expired", error: { code: "session_expired" } }]);
		expect(await device.start().auth.ready()).toEqual({ status: "signed-out" });
	});

	test("that another web view of the app has rotated meanwhile is no end: the current one is asked with", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		const other = device.start();
		await other.auth.ready();
		const honest = device.issuer.atToken;
		let raced = false;
		device.issuer.atToken = async (form, url) => {
			if (!raced) {
				raced = true;
				await other.auth.token({ resource: crm });
			}
			return honest(form, url);
		};
		await app.auth.token({ resource: orders });
		expect(device.issuer.tokenForms.slice(1).map((form) => form.get("refresh_token"))).toEqual(["refresh-1", "refresh-1", "refresh-2"]);
		expect([app.auth.status, other.auth.status]).toEqual(["signed-in", "signed-in"]);
	});

	test("in a web view whose other one has signed out ends the session here too", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		const other = device.start();
		await other.auth.ready();
		await other.auth.signOut();
		expect(await codeOf(app.auth.token({ resource: orders }))).toBe("not_signed_in");
		expect(app.auth.state).toEqual({ status: "signed-out", reason: "signed_out" });
	});

	test("goes to its resource alone, and once more when the API refuses it", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		const sent: (string | null)[] = [];
		vi.stubGlobal("fetch", async (_: unknown, init: RequestInit) => {
			sent.push(new Headers(init.headers).get("authorization"));
			return new Response(null, { status: sent.length === 1 ? 401 : 200, headers: { "www-authenticate": 'Bearer error="invalid_token"' } });
		});
		expect((await app.auth.fetch(`${orders}/orders`)).status).toBe(200);
		vi.unstubAllGlobals();
		expect(new Set(sent).size).toBe(2);
		expect(await codeOf(app.auth.fetch("http://orders.acme.test/orders"))).toBe("insecure_url");
	});

	test("is nobody's without a session", async () => {
		expect(await codeOf(new FakeDevice().start().auth.token({ resource: orders }))).toBe("not_signed_in");
	});
});

describe("signing out", () => {
	test.each([undefined, true, false])(
		"forgets everything here, gives the family back, and opens no browser (everywhere: %s)",
		async (everywhere) => {
			const device = new FakeDevice();
			const app = await signedIn(device);
			const opened = device.opened.length;
			await app.auth.signOut(everywhere === undefined ? {} : { everywhere });
			expect(app.auth.state).toEqual({ status: "signed-out", reason: "signed_out" });
			const { form } = device.issuer.asked.at(-1)!;
			expect([form.get("token"), form.get("end_session")]).toEqual(["refresh-1", everywhere === false ? null : "true"]);
			expect(device.opened).toHaveLength(opened);
			expect(device.disk).not.toContain("refresh-");
			expect(await device.start().auth.ready()).toEqual({ status: "signed-out" });
		},
	);

	test("offline is over here, and says that the issuer does not know", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		device.issuer.down = true;
		expect(await codeOf(app.auth.signOut())).toBe("issuer_unreachable");
		expect(app.auth.status).toBe("signed-out");
		expect(device.disk).not.toContain("refresh-");
	});

	test("on a device that removes nothing gives the family back all the same, says so, and is over", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		app.refuse = (what) => {
			if (what === "secure.remove session") throw new Error("broken");
		};
		expect(await codeOf(app.auth.signOut())).toBe("storage_unavailable");
		expect(device.issuer.asked.at(-1)?.url).toBe(`${issuer}/revoke`);
		expect(await device.start().auth.ready()).toEqual({ status: "signed-out" });
		expect(device.disk).not.toContain("refresh-");
	});

	test("in the middle of a refresh wins: the answer is not kept", async () => {
		const device = new FakeDevice();
		const app = await signedIn(device);
		const held = Promise.withResolvers<void>();
		const honest = device.issuer.atToken;
		device.issuer.atToken = async (form, url) => {
			await held.promise;
			return honest(form, url);
		};
		device.done.length = 0;
		const token = codeOf(app.auth.token({ resource: orders }));
		await app.asked("fetch /token");
		await app.auth.signOut();
		held.resolve();
		expect(await token).toBe("not_signed_in");
		await app.idle();
		expect(device.disk).not.toContain("refresh-");
	});

	test("while the browser is open cancels, and the link that comes is nothing", async () => {
		const device = new FakeDevice();
		const app = device.start();
		const result = app.auth.signIn();
		await app.atBrowser();
		const link = device.answer();
		await app.auth.signOut();
		expect(await result).toEqual({ status: "cancelled" });
		app.link(link);
		await app.idle();
		expect([app.auth.status, device.issuer.tokenForms.length]).toEqual(["signed-out", 0]);
	});
});

test("nothing that could be used is in an error, a state or the settings", async () => {
	const device = new FakeDevice();
	const app = await signedIn(device);
	await app.auth.token({ resource: orders });
	const verifier = device.issuer.tokenForms[0]!.get("code_verifier")!;
	device.issuer.generation = 9;
	const error = await app.auth.token({ resource: crm }).catch((error: AuthError) => error);
	const told = JSON.stringify([error, String(error), (error as AuthError).cause ?? "", app.auth.state, [...device.settings]]);
	for (const secret of [verifier, "refresh-", "access-", "code-"]) expect(told).not.toContain(secret);
});
