import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import { payloadOf, requestOf, signedIn, type TestClient, type Tokens } from "./flow.ts";
import { encode } from "./form.ts";
import { type Alterations, clients, type House, issuer, openHouse, password } from "./house.ts";
import { type Manner, openReceiver, type Receiver } from "./receiver.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The house with apps that can be told. */
function houseWith(receivers: Readonly<Record<string, Receiver | string>>, alterations: Alterations = {}): Promise<House> {
	const addressed = Object.values(clients).map((client) => {
		const receiver = receivers[client.client_id];
		const uri = typeof receiver === "string" ? receiver : receiver?.uri;
		return uri === undefined ? client : { ...client, backchannel_logout_uri: uri };
	});
	return openHouse({
		...alterations,
		file: { clients: addressed, outbound: { allow: ["127.0.0.1"] }, ...alterations.file },
	});
}

const signOut = ({ browser, id_token }: Pick<Tokens, "browser" | "id_token">) =>
	browser.go(`${issuer}/end-session?${encode({ id_token_hint: id_token })}`);

const sidOf = ({ id_token }: { readonly id_token: string }) => String(payloadOf(id_token)["sid"]);

async function receiptOf(house: House, sid: string) {
	return house.gatehouse.ground.store.logouts.ofSession(sid);
}

async function events(house: House, sid: string) {
	const all = await house.gatehouse.ground.store.events.list({ limit: 100 });
	return all.filter(({ sessionId, type }) => sessionId === sid && /^(?:logout|session\.ended)/.test(type)).toReversed();
}

describe("Back-Channel Logout", () => {
	test("§2.4 a sign-out tells each app at once, with a token that a foreign library believes and that is no other token", async () => {
		await using receiver = await openReceiver();
		await using house = await houseWith({ portal: receiver });
		const tokens = await signedIn(house, clients.portal);
		await signOut(tokens);
		await house.gatehouse.logouts.idle();

		const [posted] = receiver.posted;
		expect(receiver.posted).toHaveLength(1);
		expect(posted?.contentType).toBe("application/x-www-form-urlencoded");
		expect(Object.keys(posted?.fields ?? {})).toEqual(["logout_token"]);
		const jwks = (await house.request({ url: "/.well-known/jwks.json" })).json();
		const judged = { issuer, audience: "portal", typ: "logout+jwt", currentDate: new Date(house.now()) };
		const { payload, protectedHeader } = await jwtVerify(posted?.token ?? "", createLocalJWKSet(jwks), judged);
		expect(protectedHeader).toEqual({ alg: "RS256", typ: "logout+jwt", kid: expect.any(String) });
		const { sub, sid } = payloadOf(tokens.id_token);
		const iat = Math.floor(house.now() / 1000);
		expect(payload).toEqual({
			...{ iss: issuer, aud: "portal", iat, exp: iat + 120, sub, sid },
			jti: expect.stringMatching(/^[\w-]{22}$/),
			events: { "http://schemas.openid.net/event/backchannel-logout": {} },
		});
		// Neither is it one of the others here.
		const userinfo = await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${posted?.token}` } });
		expect(userinfo.statusCode).toBe(401);
		const again = await signedIn(house, clients.portal);
		const asked = await again.browser.go(`${issuer}/end-session?${encode({ id_token_hint: posted?.token })}`);
		expect(asked.page).toBe("logout");
	});

	test("I22 the receipt tells who confirmed and who cannot be told, and so do the events", async () => {
		await using receiver = await openReceiver("204");
		await using house = await houseWith({ portal: receiver });
		const tokens = await signedIn(house, clients.portal);
		await signedIn(house, clients.shop, {}, tokens.browser);
		await signOut(tokens);
		await house.gatehouse.logouts.idle();
		expect(await receiptOf(house, sidOf(tokens))).toMatchObject([
			{ clientId: "portal", state: "confirmed", attempts: 1 },
			{ clientId: "shop", state: "untold" },
		]);
		const told = await events(house, sidOf(tokens));
		expect(told.map(({ type, clientId, data }) => [type, clientId, data])).toEqual([
			["session.ended", "portal", { by: "sign-out" }],
			["logout.untold", "shop", undefined],
			["logout.confirmed", "portal", { attempts: 1 }],
		]);
	});

	test("an app is told in the algorithm of its ID tokens, and of the person as it knows them", async () => {
		await using receiver = await openReceiver();
		const pairwise = { ...clients.portal, subject_type: "pairwise", sector_identifier_uri: "https://portal.company.test/sector.json" };
		const es256 = { ...pairwise, id_token_signed_response_alg: "ES256", backchannel_logout_uri: receiver.uri };
		await using house = await houseWith({}, { file: { clients: [es256, clients.crmApi] } });
		const tokens = await signedIn(house, clients.portal);
		await signOut(tokens);
		await house.gatehouse.logouts.idle();
		expect(receiver.posted[0]?.header).toMatchObject({ alg: "ES256", typ: "logout+jwt" });
		expect(receiver.posted[0]?.claims["sub"]).toBe(payloadOf(tokens.id_token)["sub"]);
	});

	test.each<readonly [Manner | "away", RegExp]>([
		["302", /^the app answered 302$/],
		["400", /^the app answered 400$/],
		["500", /^the app answered 500$/],
		["page", /^the app answered a page for people$/],
		["cut", /^its address cannot be reached \(ECONNRESET\)$/],
		["away", /^its address cannot be reached \(ECONNREFUSED\)$/],
	])("F-42 an app that answers %s is told again, with another jti, and confirms when it is well", async (manner, reason) => {
		await using receiver = await openReceiver(manner === "away" ? "200" : manner);
		await using house = await houseWith({ portal: receiver });
		const tokens = await signedIn(house, clients.portal);
		if (manner === "away") await receiver.close();
		await signOut(tokens);
		await house.gatehouse.logouts.idle();
		expect(await receiptOf(house, sidOf(tokens))).toEqual([
			expect.objectContaining({ state: "waiting", attempts: 1, dueAt: house.now() + 2 * second, reason: expect.stringMatching(reason) }),
		]);
		await using back = manner === "away" ? await openReceiver("200", Number(new URL(receiver.uri).port)) : receiver;
		back.answer("200");
		await house.gatehouse.logouts.idle();
		house.wait(2 * second);
		await house.gatehouse.logouts.idle();
		const [row] = await receiptOf(house, sidOf(tokens));
		expect(row).toMatchObject({ state: "confirmed", attempts: 2 });
		expect(row).not.toHaveProperty("reason");
		const jtis = [...new Set([...receiver.posted, ...back.posted])].map(({ claims }) => claims["jti"]);
		expect(new Set(jtis).size).toBe(manner === "away" ? 1 : 2);
	});

	test("F-42 an app that stays away is told with growing pauses for a day, and then the receipt says so, once", async () => {
		await using receiver = await openReceiver("500");
		await using house = await houseWith({ portal: receiver });
		const tokens = await signedIn(house, clients.portal);
		await signOut(tokens);
		const began = house.now();
		const pauses: number[] = [];
		for (let due: number | undefined = began; due !== undefined; ) {
			house.wait(due - house.now());
			await house.gatehouse.logouts.idle();
			const [row] = await receiptOf(house, sidOf(tokens));
			due = row?.dueAt;
			if (due !== undefined) pauses.push(due - house.now());
		}
		expect(pauses).toEqual([2 * second, 10 * second, minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 15 * hour]);
		expect(house.now() - began).toBeLessThan(24 * hour);
		expect(receiver.posted).toHaveLength(9);
		expect(await receiptOf(house, sidOf(tokens))).toMatchObject([{ state: "failed", attempts: 9, reason: "the app answered 500" }]);
		expect((await events(house, sidOf(tokens))).at(-1)).toMatchObject({
			type: "logout.failed",
			data: { attempts: 9, reason: "the app answered 500" },
		});
		house.wait(48 * hour);
		receiver.answer("200");
		await house.gatehouse.logouts.idle();
		expect(receiver.posted).toHaveLength(9);
	});

	test("CA-09 an app that hangs keeps no other waiting", async () => {
		await using hanging = await openReceiver("hang");
		await using receiver = await openReceiver();
		const never = () => new AbortController().signal;
		await using house = await houseWith({ portal: receiver, shop: hanging }, { outbound: { deadline: never } });
		// The queue of the one that hangs is long, and all of it is due before the other's.
		const waiting = await Promise.all(Array.from({ length: 6 }, () => signedIn(house, clients.shop)));
		for (const tokens of waiting) await signOut(tokens);
		await hanging.heard(1);
		house.wait(minute);
		await signOut(await signedIn(house, clients.portal));
		await receiver.heard(1);
		expect(hanging.posted).toHaveLength(1);
		// When it is well, the others of its queue follow.
		hanging.answer("200");
		hanging.cut();
		await hanging.heard(6);
	});

	test("where an app is told is read when it is told; without address, switched off or gone it cannot be", async () => {
		await using receiver = await openReceiver("500");
		await using elsewhere = await openReceiver();
		const added = { ...clients.portal, redirect_uris: [...clients.portal.redirect_uris], backchannel_logout_uri: receiver.uri };
		await using house = await openHouse({ file: { clients: [clients.crmApi], outbound: { allow: ["127.0.0.1"] } } });
		const { store, tokens: made } = house.gatehouse.ground;
		const put = async (change: object, held = false) => {
			const { client_secret, ...metadata } = { ...added, ...change } as typeof added;
			const secrets = [made.secrets.store(clients.portal.client_secret)];
			const times = { createdAt: house.now(), updatedAt: house.now() };
			await store.clients.put({ id: "portal", metadata: metadata as never, secrets, managedBy: "store", held, ...times }, []);
			await house.gatehouse.refresh();
		};
		const reasonAfter = async (change: () => Promise<unknown>) => {
			await put({});
			const tokens = await signedIn(house, clients.portal);
			await signOut(tokens);
			await house.gatehouse.logouts.idle();
			await change();
			await house.gatehouse.refresh();
			house.wait(2 * second);
			await house.gatehouse.logouts.idle();
			const [row] = await receiptOf(house, sidOf(tokens));
			return [row?.state, row?.reason];
		};
		expect(await reasonAfter(() => put({ backchannel_logout_uri: elsewhere.uri }))).toEqual(["confirmed", undefined]);
		expect(await reasonAfter(() => put({ backchannel_logout_uri: undefined }))).toEqual([
			"failed",
			"the app has no backchannel_logout_uri any more",
		]);
		expect(await reasonAfter(() => put({}, true))).toEqual(["failed", "the app is switched off"]);
		expect(await reasonAfter(() => store.clients.remove("portal", []))).toEqual(["failed", "the app is no longer registered"]);
		expect(receiver.posted).toHaveLength(4);
		expect(elsewhere.posted).toHaveLength(1);
	});

	test("DR-02 an address that may not be called is not called, and the receipt says why", async () => {
		await using receiver = await openReceiver();
		await using house = await houseWith({ portal: "https://portal.company.test/out" });
		const { store } = house.gatehouse.ground;
		const tokens = await signedIn(house, clients.portal);
		const [row] = (await store.clients.all()).filter(({ id }) => id === "portal");
		const metadata = { ...row!.metadata, backchannel_logout_uri: receiver.uri.replace("127.0.0.1", "127.0.0.2") };
		await store.clients.put({ ...row!, metadata }, []);
		await house.gatehouse.refresh();
		await signOut(tokens);
		await house.gatehouse.logouts.idle();
		expect(await receiptOf(house, sidOf(tokens))).toMatchObject([
			{ state: "waiting", reason: expect.stringMatching(/^its address is an address of this machine, which is not called/) },
		]);
		expect(receiver.posted).toEqual([]);
	});
});

describe("the receipt on the signed-out page", () => {
	const states = (html: string) =>
		Object.fromEntries([...html.matchAll(/id="receipt-([\w-]+)" data-state="(\w+)"/g)].map(([, id, state]) => [id, state]));

	test("it waits until each app was told once, and says what came of it; looking again shows what is so then", async () => {
		await using receiver = await openReceiver();
		await using faulty = await openReceiver("500");
		await using house = await houseWith({ portal: receiver, analytics: faulty }, { patient: true });
		const tokens = await signedIn(house, clients.portal);
		await signedIn(house, clients.analytics, {}, tokens.browser);
		await signedIn(house, clients.shop, {}, tokens.browser);
		const shown = await signOut(tokens);
		expect([shown.page, shown.url.pathname]).toEqual(["signed-out", "/signed-out"]);
		expect(shown.html).toContain('id="receipt"');
		expect(states(shown.html)).toEqual({ portal: "told", analytics: "trying", shop: "untold" });
		expect(shown.text("receipt-portal")).toContain("Has been told");
		expect(shown.text("receipt-shop")).toContain("Cannot be told: close it, or sign out there too");
		expect(shown.html).toContain(`id="receipt-again" href="${shown.url.pathname}${shown.url.search}"`);
		expect(shown.url.href).not.toContain(sidOf(tokens));

		faulty.answer("200");
		house.wait(2 * second);
		await house.gatehouse.logouts.idle();
		const again = await tokens.browser.go(shown.url.href);
		expect(states(again.html)).toEqual({ portal: "told", analytics: "told", shop: "untold" });
		expect(again.html).not.toContain("receipt-again");
		const german = await tokens.browser.go(`${shown.url.href}&ui_locales=de`);
		expect(german.text("receipt-portal")).toContain("Weiß Bescheid");
	});

	test("an app that hangs holds the page back for a moment only, and the way back to an app not at all", async () => {
		await using hanging = await openReceiver("hang");
		await using house = await houseWith({ portal: hanging });
		const tokens = await signedIn(house, clients.portal);
		const shown = await signOut(tokens);
		expect(states(shown.html)).toEqual({ portal: "trying" });
		expect(house.slept.filter((ms) => ms === 250)).toHaveLength(7);

		const other = await signedIn(house, clients.portal);
		const before = house.slept.length;
		const way = { id_token_hint: other.id_token, post_logout_redirect_uri: clients.portal.post_logout_redirect_uris[0] };
		const back = await other.browser.go(`${issuer}/end-session?${encode(way)}`);
		expect(back.url.href).toBe(clients.portal.post_logout_redirect_uris[0]);
		expect(house.slept).toHaveLength(before);
		await hanging.close();
	});

	test("it is shown for a quarter of an hour, in the browser that signed out, and never beside somebody who is signed in", async () => {
		await using receiver = await openReceiver();
		await using house = await houseWith({ portal: receiver }, { patient: true });
		const tokens = await signedIn(house, clients.portal);
		const shown = await signOut(tokens);
		expect(states(shown.html)).toEqual({ portal: "told" });
		const plain = async (browser = tokens.browser, url = shown.url.href) => {
			const page = await browser.go(url);
			expect(page.status).toBe(200);
			return states(page.html);
		};
		expect(await plain(house.browser())).toEqual({});
		expect(await plain(undefined, `${issuer}/signed-out?receipt=nonsense`)).toEqual({});
		const { browser } = await signedIn(house, clients.portal, {}, tokens.browser, "bob");
		expect(await plain(browser)).toEqual({});
		expect((await browser.go(shown.url.href)).html).not.toContain('id="signed-out"');
		const last = await signOut({ ...tokens, id_token: (await signedIn(house, clients.portal, { prompt: "none" }, browser)).id_token });
		expect(states(last.html)).toEqual({ portal: "told" });
		expect(await plain(undefined, last.url.href)).toEqual({ portal: "told" });
		house.wait(15 * minute);
		expect(await plain(undefined, last.url.href)).toEqual({});
	});

	test("a browser that has lost its mark gets another, and the receipt is for that one alone", async () => {
		await using receiver = await openReceiver();
		await using house = await houseWith({ portal: receiver }, { patient: true });
		const tokens = await signedIn(house, clients.portal);
		tokens.browser.cookies.delete("__Host-gatehouse-browser");
		const shown = await signOut(tokens);
		expect(states(shown.html)).toEqual({ portal: "told" });
		expect(states((await house.browser().go(shown.url.href)).html)).toEqual({});
	});

	test("a sign-out in which no app took part has no receipt", async () => {
		await using house = await openHouse();
		const browser = house.browser();
		await browser.signIn(await browser.go(`${issuer}/account`), "alice", password);
		const shown = await browser.click(await browser.go(`${issuer}/end-session`), "logout-confirm");
		expect(shown.page).toBe("signed-out");
		expect(shown.html).not.toContain('id="receipt"');
	});
});

describe("whoever ends a session, apps learn it", () => {
	const endings: Readonly<Record<string, (house: House, tokens: Awaited<ReturnType<typeof signedIn>>) => Promise<unknown>>> = {
		"another person signs in in the same browser": async (house, { browser }) => {
			const shown = await browser.go(requestOf(clients.portal, { prompt: "login" }).url);
			const back = await browser.signIn(shown, "bob", password);
			expect(back.url.searchParams.get("code")).not.toBeNull();
			return house;
		},
		"the person changes their password elsewhere": async (house) => {
			const other = house.browser();
			await other.signIn(await other.go(`${issuer}/account`), "alice", password);
			const account = await other.go(`${issuer}/account`);
			await other.click(account, "password-submit", {
				"current-password": password,
				"new-password": "a kettle on the other stove",
			});
		},
		"an operator ends it": async ({ gatehouse, now }, tokens) => {
			const { store, newEvent } = gatehouse.ground;
			await store.sessions.end(sidOf(tokens), now(), [newEvent(now(), { type: "session.ended", sessionId: sidOf(tokens) })]);
			await gatehouse.logouts.look();
		},
	};

	test.each(Object.entries(endings))("LO-04 when %s", async (_name, end) => {
		await using receiver = await openReceiver();
		await using house = await houseWith({ portal: receiver });
		const tokens = await signedIn(house, clients.portal);
		await end(house, tokens);
		await receiver.heard(1);
		expect(receiver.posted[0]?.claims).toMatchObject({ sid: sidOf(tokens), sub: payloadOf(tokens.id_token)["sub"] });
	});

	test("the company's own app on a device that ends its session tells the others", async () => {
		await using receiver = await openReceiver();
		await using house = await houseWith({ portal: receiver });
		const mobile = await signedIn(house, clients.mobile as TestClient);
		await signedIn(house, clients.portal, {}, mobile.browser);
		await house.post("/revoke", { client_id: "mobile", token: mobile.refresh_token, end_session: "true" });
		await receiver.heard(1);
		expect(receiver.posted[0]?.claims["sid"]).toBe(sidOf(mobile));
	});
});

describe("replicas and restarts", () => {
	function storeFile(): string {
		const folder = mkdtempSync(join(tmpdir(), "gatehouse-logout-"));
		onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
		return `sqlite:${join(folder, "gatehouse.db")}`;
	}
	const key = { masterKey: Buffer.alloc(32, 7).toString("base64") };

	test("F-30 two replicas on one store tell an app once, whichever of them ended the session", async () => {
		await using receiver = await openReceiver();
		const store = storeFile();
		await using one = await houseWith({ portal: receiver }, { store, file: key });
		await using other = await houseWith({ portal: receiver }, { store, file: key });
		const all = await Promise.all(Array.from({ length: 6 }, () => signedIn(one, clients.portal)));
		await Promise.all(all.map((tokens) => signOut(tokens)));
		await Promise.all([one.gatehouse.logouts.idle(), other.gatehouse.logouts.idle()]);
		await Promise.all([one.gatehouse.logouts.idle(), other.gatehouse.logouts.idle()]);
		expect(receiver.posted.map(({ claims }) => claims["sid"]).toSorted()).toEqual(all.map(sidOf).toSorted());
	});

	test("F-02 I15 what a process did not come to is told by the next; who was being told is told when the lease is over", async () => {
		await using receiver = await openReceiver("hang");
		const store = storeFile();
		const first = await houseWith({ portal: receiver }, { store, file: key });
		const tokens = await signedIn(first, clients.portal);
		await signOut(tokens);
		await receiver.heard(1);

		// As if the first had been killed here: it holds the lease, and settles nothing.
		await using second_ = await houseWith({ portal: receiver }, { store, file: key });
		receiver.answer("200");
		await second_.gatehouse.logouts.idle();
		expect(receiver.posted).toHaveLength(1);
		second_.wait(30 * second);
		await second_.gatehouse.logouts.idle();
		expect(receiver.posted).toHaveLength(2);
		expect(new Set(receiver.posted.map(({ claims }) => claims["jti"])).size).toBe(2);
		expect(await receiptOf(second_, sidOf(tokens))).toMatchObject([{ state: "confirmed", attempts: 2 }]);

		// What the first comes to say afterwards changes nothing.
		await receiver.close();
		await first.gatehouse.close();
		expect(await receiptOf(second_, sidOf(tokens))).toMatchObject([{ state: "confirmed", attempts: 2 }]);
		expect((await events(second_, sidOf(tokens))).filter(({ type }) => type === "logout.confirmed")).toHaveLength(1);
	});
});
