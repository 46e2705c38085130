import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { authorize, isActive, payloadOf, type Request, redeem, refresh, requestOf, signedIn, type TestClient } from "./flow.ts";
import type { Fields } from "./form.ts";
import { clients, type House, issuer, openHouse, password } from "./house.ts";
import { expectCode, expectErrorPage, expectRefusal, storeState } from "./outcome.ts";

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

/** A browser with a person in it who has never allowed anything: every test brings its own house where that matters. */
async function personIn(where: House = house, username = "alice"): Promise<Browser> {
	return (await signedIn(where, clients.portal, {}, where.browser(), username)).browser;
}

async function tokensOf(shown: Shown, request: Request, where: House = house): Promise<Record<string, string>> {
	const answer = await redeem(where, request, expectCode(shown, request));
	expect(answer.statusCode, answer.body).toBe(200);
	return answer.json();
}

/** The names whose boxes stand on a consent page, in order. */
function boxes(shown: Shown): readonly (string | undefined)[] {
	expect(shown.page).toBe("consent");
	return [...shown.html.matchAll(/<input type="checkbox" id="scope-([^"]+)" name="scope" value="\1" checked/g)].map(([, name]) => name);
}

/** The standing consent of a person to a client. */
async function standing(where: House, client: TestClient, username = "alice"): Promise<readonly string[] | undefined> {
	const { store } = where.gatehouse.ground;
	const person = (await store.people.list(10)).find((one) => one.username === username);
	const consent = await store.consents.find(person?.id ?? "", client.client_id);
	return consent && [...consent.scope].sort();
}

async function consentEvents(where: House): Promise<readonly unknown[]> {
	return (await where.gatehouse.ground.store.events.list({ limit: 1000, type: "consent.granted" })).map(({ clientId, data }) => [
		clientId,
		data?.["scope"],
	]);
}

const everything = "openid profile email offline_access crm.read";

describe("the consent page", () => {
	test("says who asks, for whom and for what; `openid` has no box, all others are ticked", async () => {
		const browser = await personIn();
		const shown = await browser.go(requestOf(clients.gadget, { scope: everything }).url);
		expect(boxes(shown)).toEqual(["profile", "email", "crm.read", "offline_access"]);
		for (const word of ["Gadget", "gadget.test", "Alice Example", "See your customers", "Not reviewed"]) expect(shown.html).toContain(word);
	});

	test("a first-party app gets none, but for prompt=consent", async () => {
		const browser = await personIn();
		const request = requestOf(clients.shop, { scope: "openid profile offline_access crm.read" });
		expectCode(await browser.go(request.url), request);
		const asked = requestOf(clients.shop, { scope: "openid profile", prompt: "consent" });
		const page = await browser.go(asked.url);
		expect(boxes(page)).toEqual(["profile"]);
		expectCode(await browser.click(page, "consent-allow"), asked);
	});

	test("I4 who somebody is, is asked too: a third party gets nothing, not even `sub`, before it was allowed once", async () => {
		await using own = await openHouse();
		for (const client of [clients.analytics, clients.gadget]) {
			const browser = await personIn(own);
			const request = requestOf(client, { scope: "openid" });
			const page = await browser.go(request.url);
			expect(boxes(page)).toEqual([]);
			expect(await standing(own, client)).toBeUndefined();
			await tokensOf(await browser.click(page, "consent-allow"), request, own);
			expect(await standing(own, client)).toEqual(["openid"]);
		}
	});

	test("denial is access_denied, and records nothing", async () => {
		const browser = await personIn();
		for (const client of [clients.gadget, clients.analytics]) {
			const request = requestOf(client, { scope: "openid email", prompt: "consent" });
			const before = await storeState(house);
			expectRefusal(await browser.click(await browser.go(request.url), "consent-deny"), request, "access_denied");
			expect(await storeState(house)).toEqual(before);
			// The next request asks again, and may be answered otherwise.
			expectCode(await browser.click(await browser.go(request.url), "consent-allow"), request);
		}
	});

	test("denial as a form post", async () => {
		const browser = await personIn();
		const request = requestOf(clients.gadget, { scope: "openid email", response_mode: "form_post" });
		const shown = await browser.click(await browser.go(request.url), "consent-deny");
		expect(browser.hidden(shown)).toMatchObject({ error: "access_denied", state: request.fields["state"], iss: issuer });
	});
});

describe("what was allowed is remembered where the client proves who it is", () => {
	test("a confidential client is asked once for each scope, and its consent only grows", async () => {
		await using own = await openHouse();
		const browser = await personIn(own);
		const ask = (scope: string) => requestOf(clients.analytics, { scope });
		const first = ask("openid email");
		expectCode(await browser.click(await browser.go(first.url), "consent-allow"), first);
		expect(await standing(own, clients.analytics)).toEqual(["email", "openid"]);

		for (const scope of ["openid email", "email openid", "openid"]) {
			const again = ask(scope);
			expectCode(await browser.go(again.url), again);
		}
		const more = ask("openid profile");
		const page = await browser.go(more.url);
		expect(boxes(page)).toEqual(["profile"]);
		expectCode(await browser.click(page, "consent-allow"), more);
		expect(await standing(own, clients.analytics)).toEqual(["email", "openid", "profile"]);
		const all = ask("openid profile email");
		expectCode(await browser.go(all.url), all);
		expect(await consentEvents(own)).toEqual([
			["analytics", ["openid", "profile"]],
			["analytics", ["openid", "email"]],
		]);

		// Of another person and in another browser nothing is known, of the same person it is.
		expect((await authorize(own.browser(), ask("openid email"), "bob")).page).toBe("consent");
		const elsewhere = ask("openid email");
		expectCode(await authorize(own.browser(), elsewhere), elsewhere);
	});

	test("the page shows everything that is asked for, also what stands already", async () => {
		await using own = await openHouse();
		const browser = await personIn(own);
		await signedIn(own, clients.analytics, { scope: "openid email" }, browser);
		expect(boxes(await browser.go(requestOf(clients.analytics, { scope: "openid email profile" }).url))).toEqual(["email", "profile"]);
	});

	test("prompt=consent asks for what stands", async () => {
		await using own = await openHouse();
		const browser = await personIn(own);
		await signedIn(own, clients.analytics, { scope: "openid email" }, browser);
		const request = requestOf(clients.analytics, { scope: "openid email", prompt: "consent" });
		const page = await browser.go(request.url);
		expect(boxes(page)).toEqual(["email"]);
		expectCode(await browser.click(page, "consent-allow"), request);
	});

	test("what was withdrawn is asked again", async () => {
		await using own = await openHouse();
		const browser = await personIn(own);
		const { refresh_token } = await signedIn(own, clients.analytics, { scope: "openid email offline_access" }, browser);
		const { store } = own.gatehouse.ground;
		const [alice] = await store.people.list(1);
		await store.consents.withdraw(alice?.id ?? "", "analytics", own.now(), []);
		expect((await refresh(own, clients.analytics, refresh_token)).json().error).toBe("invalid_grant");
		for (const scope of ["openid", "openid email"])
			expect((await browser.go(requestOf(clients.analytics, { scope }).url)).page, scope).toBe("consent");
		await signedIn(own, clients.analytics, { scope: "openid email" }, browser);
		const request = requestOf(clients.analytics, { scope: "openid email" });
		expectCode(await browser.go(request.url), request);
	});

	test("PG-02 a public client is asked each time, whatever was allowed before and however it asks", async () => {
		const browser = await personIn();
		await signedIn(house, clients.gadget, { scope: everything }, browser);
		const ways: readonly Fields[] = [
			{},
			{ scope: "openid" },
			{ prompt: "login" },
			{ prompt: "select_account" },
			{ max_age: "3600" },
			{ response_mode: "form_post" },
			{ login_hint: "alice" },
		];
		for (const fields of ways) {
			const request = requestOf(clients.gadget, { scope: everything, ...fields });
			let shown = await browser.go(request.url);
			if (shown.page === "login") shown = await browser.signIn(shown, "alice", password);
			if (shown.page === "select-account") shown = await browser.click(shown, "account-1");
			expect(shown.page, JSON.stringify(fields)).toBe("consent");
		}
		const silent = requestOf(clients.gadget, { scope: "openid email", prompt: "none" });
		expectRefusal(await browser.go(silent.url), silent, "consent_required");
		expectErrorPage(await browser.go(requestOf(clients.gadget, { redirect_uri: "https://gadget.test/cb2" }).url));
		const posted = await browser.send("POST", `${issuer}/authorize`, requestOf(clients.gadget).fields);
		expect((await browser.go(posted.headers.location ?? "")).page).toBe("consent");
	});

	test("PG-02 an answer settles its own request alone", async () => {
		const browser = await personIn();
		const [one, two] = [requestOf(clients.gadget, { scope: "openid email" }), requestOf(clients.gadget, { scope: "openid email" })];
		const page = await browser.go(one.url);
		await browser.go(two.url);
		expectCode(await browser.click(page, "consent-allow"), one);
		expect((await browser.go(two.url)).page).toBe("consent");
	});
});

describe("unticked boxes narrow the grant at hand", () => {
	test.each([
		["one", ["email"], ["openid", "profile", "crm.read", "offline_access"]],
		["all but openid", ["profile", "email", "crm.read", "offline_access"], ["openid"]],
		["the API", ["crm.read"], ["openid", "profile", "email", "offline_access"]],
		["offline_access", ["offline_access"], ["openid", "profile", "email", "crm.read"]],
	])("%s", async (_what, unticked, left) => {
		const browser = await personIn();
		const request = requestOf(clients.gadget, { scope: everything });
		const off = Object.fromEntries(unticked.map((name) => [`scope-${name}`, ""]));
		const tokens = await tokensOf(await browser.click(await browser.go(request.url), "consent-allow", off), request);
		expect(tokens["scope"]?.split(" ").sort()).toEqual([...left].sort());
		const access = tokens["access_token"] ?? "";
		expect(payloadOf(access)["aud"]).toEqual(left.includes("crm.read") ? ["https://crm.company.test", issuer] : issuer);
		const userinfo = (await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${access}` } })).json();
		expect({ name: "name" in userinfo, email: "email" in userinfo }).toEqual({
			name: left.includes("profile"),
			email: left.includes("email"),
		});
		// An offline family lives on without its session, an online one dies with it.
		const sid = payloadOf(access)["sid"] as string;
		await house.gatehouse.ground.store.sessions.end(sid, house.now(), []);
		const again = await refresh(house, clients.gadget, tokens["refresh_token"] ?? "");
		expect(again.statusCode).toBe(left.includes("offline_access") ? 200 : 400);
		// A refresh may repeat what was first asked for; what was unticked stays away (RFC 6749 §6).
		if (again.statusCode === 200) {
			const whole = await refresh(house, clients.gadget, again.json().refresh_token, { scope: everything });
			expect(whole.json().scope.split(" ").sort()).toEqual([...left].sort());
		}
	});

	test("they take nothing away from what stands: one device does not sign out another", async () => {
		await using own = await openHouse();
		const first = await signedIn(own, clients.analytics, { scope: everything });
		const request = requestOf(clients.analytics, { scope: everything, prompt: "consent" });
		const browser = await personIn(own);
		const page = await browser.go(request.url);
		const tokens = await tokensOf(await browser.click(page, "consent-allow", { "scope-crm.read": "", "scope-email": "" }), request, own);
		expect(tokens["scope"]?.split(" ").sort()).toEqual(["offline_access", "openid", "profile"]);
		expect(await standing(own, clients.analytics)).toEqual(everything.split(" ").sort());
		expect((await refresh(own, clients.analytics, first.refresh_token)).statusCode).toBe(200);
		expect(await isActive(own, first.access_token)).toBe(true);
	});

	test("nothing left, where `openid` was not asked for, is a refusal, and records nothing", async () => {
		const browser = await personIn();
		const request = requestOf(clients.gadget, { scope: "crm.read", prompt: "consent" });
		const before = await storeState(house);
		const page = await browser.go(request.url);
		expect(boxes(page)).toEqual(["crm.read"]);
		expectRefusal(await browser.click(page, "consent-allow", { "scope-crm.read": "" }), request, "access_denied");
		expect(await storeState(house)).toEqual(before);
		expectCode(await browser.click(page, "consent-allow"), request);
	});
});

describe("PG-01 the answer counts from our own page, for the person and session it was shown to", () => {
	/** A consent page that waits, and the fields that its form would send. */
	async function waiting(where: House = house, fields: Fields = {}) {
		const browser = await personIn(where);
		const request = requestOf(clients.analytics, { scope: "openid email", prompt: "consent", ...fields });
		const shown = await browser.go(request.url);
		const { continue: sealed = "", form: proof = "" } = browser.hidden(shown);
		return { browser, request, shown, form: { continue: sealed, form: proof, answer: "allow", scope: "email" } };
	}

	test.each(["cross-site", "same-site", "none", "SAME-ORIGIN", ""])(
		"PG-01 Sec-Fetch-Site: %j is refused, nothing is evaluated",
		async (site) => {
			const { browser, request, shown, form } = await waiting();
			const before = await storeState(house);
			const answer = await browser.send("POST", "/consent", form, { "sec-fetch-site": site });
			expect({ status: answer.statusCode, location: answer.headers.location }).toEqual({ status: 403, location: undefined });
			expect(answer.body).toContain('id="error-code">forbidden');
			expect(await storeState(house)).toEqual(before);
			expectCode(await browser.click(shown, "consent-allow"), request);
		},
	);

	test("PG-01 a browser that sends no Sec-Fetch-Site is known by the form's proof, whatever its Origin", async () => {
		for (const headers of [{}, { origin: "null" }, { "sec-fetch-site": "same-origin", origin: "null" }]) {
			const { browser, request, form } = await waiting();
			const answer = await browser.send("POST", "/consent", form, headers as Record<string, string>);
			expectCode(await browser.go(answer.headers.location ?? ""), request);
		}
	});

	test.each([
		["no proof", () => undefined],
		["an empty proof", () => ""],
		["a foreign proof", () => Buffer.alloc(36, 1).toString("base64url")],
		["a proof that was changed", (proof: string) => `${proof.slice(0, -2)}AA`],
		["a proof with a blank", (proof: string) => `${proof} `],
	])("PG-01 %s: nothing recorded, the request starts again for the person of the cookie, once", async (_what, change) => {
		const { browser, request, form } = await waiting();
		const before = await storeState(house);
		const answer = await browser.send("POST", "/consent", { ...form, form: change(form.form) });
		expect({ status: answer.statusCode, location: answer.headers.location }).toEqual({
			status: 303,
			location: expect.stringMatching(/^\/authorize\?continue=[\w-]+$/),
		});
		const again = await browser.go(answer.headers.location ?? "");
		expect(again.page).toBe("consent");
		const second = await browser.send("POST", "/consent", {
			...browser.hidden(again),
			answer: "allow",
			scope: "email",
			form: change(form.form),
		});
		expect({ status: second.statusCode, location: second.headers.location }).toEqual({ status: 403, location: undefined });
		expect(await storeState(house)).toEqual(before);
		expectCode(await browser.click(again, "consent-allow"), request);
	});

	test("PG-01 without a sealed request, or with one that is none: 403", async () => {
		const { browser, request, shown, form } = await waiting();
		const before = await storeState(house);
		for (const sealed of [undefined, "", "x", `${form.continue}A`]) {
			const answer = await browser.send("POST", "/consent", { ...form, continue: sealed });
			expect({ status: answer.statusCode, location: answer.headers.location }).toEqual({ status: 403, location: undefined });
		}
		expect(await storeState(house)).toEqual(before);
		expectCode(await browser.click(shown, "consent-allow"), request);
	});

	test("PG-01 the page of one person, sent by another, or after another signed in here", async () => {
		const { browser, request, shown, form } = await waiting();
		const mallory = await personIn(house, "bob");
		const before = await storeState(house);
		const foreign = await mallory.send("POST", "/consent", form);
		expect(foreign.headers.location).toMatch(/^\/authorize\?continue=/);
		expect((await mallory.go(foreign.headers.location ?? "")).html).toContain("Bob Example");
		expect(await storeState(house)).toEqual(before);

		await signedIn(house, clients.portal, { prompt: "login" }, browser, "bob");
		const afterwards = await storeState(house);
		const theirs = await browser.click(shown, "consent-allow");
		expect(theirs.page).toBe("consent");
		expect(theirs.html).toContain("Bob Example");
		expect(await storeState(house)).toEqual(afterwards);
		expect(await tokensOf(await browser.click(theirs, "consent-allow"), request)).toHaveProperty("id_token");
	});

	test("PG-01 the proof of the victim's browser with the attacker's request, and the other way round", async () => {
		const victim = await waiting();
		const attacker = await waiting();
		const before = await storeState(house);
		// The form belongs to browser and session; the sealed request of another browser in it is started again for the victim.
		const smuggled = await victim.browser.send("POST", "/consent", { ...victim.form, continue: attacker.form.continue });
		expect(smuggled.headers.location).toMatch(/^\/authorize\?continue=/);
		expect((await victim.browser.go(smuggled.headers.location ?? "")).page).toBe("consent");
		const stolen = await victim.browser.send("POST", "/consent", { ...attacker.form, continue: victim.form.continue });
		expect(stolen.headers.location).toMatch(/^\/authorize\?continue=/);
		expect(await storeState(house)).toEqual(before);
		expectCode(await victim.browser.click(victim.shown, "consent-allow"), victim.request);
	});

	test("PG-01 scopes that were altered in the form never grant more than was asked for", async () => {
		await using own = await openHouse();
		const { browser, request, form } = await waiting(own);
		const scope = ["email", "email", "profile", "crm.read", "crm.write", "offline_access", "groups", "openid email", "__proto__", ""];
		const answer = await browser.send("POST", "/consent", { ...form, scope });
		const tokens = await tokensOf(await browser.go(answer.headers.location ?? ""), request, own);
		expect(tokens["scope"]).toBe("openid email");
		expect(await standing(own, clients.analytics)).toEqual(["email", "openid"]);
		expect(await consentEvents(own)).toEqual([["analytics", ["openid", "email"]]]);
	});

	test("PG-01 parameters beside the sealed request change nothing", async () => {
		const { browser, request, form } = await waiting();
		const more = { client_id: "portal", redirect_uri: "https://evil.test/", settled: "x", person: "bob", prompt: "none", state: "other" };
		const answer = await browser.send("POST", "/consent?client_id=portal&scope=profile", { ...form, ...more });
		expect((await tokensOf(await browser.go(answer.headers.location ?? ""), request))["scope"]).toBe("openid email");
	});

	test("PG-01 a GET answers nothing", async () => {
		const { browser, request, shown, form } = await waiting();
		const before = await storeState(house);
		const query = new URLSearchParams(form);
		expect((await browser.go(`${issuer}/consent?${query}`)).page).toBe("consent");
		expect(await storeState(house)).toEqual(before);
		expectCode(await browser.click(shown, "consent-allow"), request);
	});

	test("pressed twice, the same answer comes twice and one consent stands", async () => {
		await using own = await openHouse();
		const { browser, request, form } = await waiting(own);
		const answers = await Promise.all([browser.send("POST", "/consent", form), browser.send("POST", "/consent", form)]);
		for (const answer of answers) expectCode(await browser.go(answer.headers.location ?? ""), request);
		expect(await standing(own, clients.analytics)).toEqual(["email", "openid"]);
	});
});
