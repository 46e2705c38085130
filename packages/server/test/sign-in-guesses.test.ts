import { expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { authorize, codeOf, requestOf } from "./flow.ts";
import { clients, type House, openHouse, password } from "./house.ts";

const hour = 3_600_000;

/** The sign-in page, as a new browser sees it. */
async function signInPage(house: House, browser: Browser = house.browser()): Promise<{ browser: Browser; shown: Shown }> {
	return { browser, shown: await browser.go(requestOf(clients.portal).url) };
}

async function guess(house: House, username: string, text: string, browser = house.browser()): Promise<Shown> {
	const { shown } = await signInPage(house, browser);
	return browser.signIn(shown, username, text);
}

/** What a stranger can tell two answers apart by: everything but chance. */
function observable(shown: Shown, username: string): unknown {
	const { date: _date, "x-trace-id": _trace, "content-length": _length, ...headers } = shown.headers;
	const html = shown.html.replaceAll(/(?<=value="|continue=)[\w-]{40,}/g, "…").replaceAll(username, "NAME");
	return { status: shown.status, headers, html };
}

test("LG-01 unknown, disabled and wrong look alike in status, headers and page; the right password signs in", async () => {
	await using house = await openHouse();
	const wrong = observable(await guess(house, "alice", "not her password"), "alice");
	for (const [name, text] of [
		["nobody-here", "not her password"],
		["mallory", "another good battery staple"],
		["mallory", "not her password"],
	] as const)
		expect(observable(await guess(house, name, text), name)).toEqual(wrong);
	expect(wrong).toMatchObject({ status: 400 });
	expect((await guess(house, "alice", password)).url.searchParams.get("code")).toBeTruthy();
});

test("LG-01 a used up budget looks alike for a name that exists and one that does not", async () => {
	await using house = await openHouse();
	const answers = [];
	for (const name of ["alice", "nobody-here"]) {
		for (let i = 0; i < 10; i++) await guess(house, name, "wrong");
		answers.push(observable(await guess(house, name, "wrong"), name));
	}
	expect(answers[0]).toEqual(answers[1]);
	expect(answers[0]).toMatchObject({ status: 429, headers: { "retry-after": expect.stringMatching(/^\d+$/) } });
});

test("LG-04 of 200 parallel wrong guesses at one account at most ten are evaluated, the rest are 429", async () => {
	await using house = await openHouse();
	const { browser, shown } = await signInPage(house);
	const hidden = browser.hidden(shown);
	const answers = await Promise.all(
		Array.from({ length: 200 }, (_, i) => browser.send("POST", "/login", { ...hidden, username: "alice", password: `wrong ${i}` })),
	);
	const count = (status: number) => answers.filter((answer) => answer.statusCode === status).length;
	expect(count(400)).toBeLessThanOrEqual(10);
	expect(count(400) + count(429) + count(503)).toBe(200);
	expect(count(429)).toBeGreaterThanOrEqual(150);
	// The twin: another account is not touched by it, and after an hour this one is heard again.
	expect((await guess(house, "bob", password)).url.searchParams.get("code")).toBeTruthy();
	house.wait(hour + 1000);
	expect((await guess(house, "alice", password)).url.searchParams.get("code")).toBeTruthy();
});

test("LG-05 a stranger who uses up the budget does not lock the person out of a device they are known on", async () => {
	await using house = await openHouse();
	const known = house.browser();
	codeOf(await authorize(known, requestOf(clients.portal)));
	for (let i = 0; i < 12; i++) await guess(house, "alice", "wrong");
	expect((await guess(house, "alice", password)).status).toBe(429);
	known.cookies.delete("__Host-gatehouse");
	expect(codeOf(await authorize(known, requestOf(clients.portal)))).toBeTruthy();
});

test("LG-05 a device cookie counts for its own person alone, and not after a change of their password", async () => {
	await using house = await openHouse();
	const known = house.browser();
	codeOf(await authorize(known, requestOf(clients.portal)));
	known.cookies.delete("__Host-gatehouse");
	for (let i = 0; i < 12; i++) await guess(house, "bob", "wrong");
	expect((await guess(house, "bob", password, known)).status).toBe(429);

	const { store, tokens } = house.gatehouse.ground;
	const alice = await store.people.findByName("alice");
	const next = "a new good battery staple";
	const { newEvent } = house.gatehouse.ground;
	const ended = (sessionId: string) => newEvent(house.now(), { type: "session.ended", sessionId });
	await store.people.setPassword(alice!.person.id, await tokens.passwords.hash(next), { endEverything: true }, house.now(), [], ended);
	for (let i = 0; i < 12; i++) await guess(house, "alice", "wrong");
	expect((await guess(house, "alice", next, known)).status).toBe(429);
});

test("D8 a device has a budget of its own: ten wrong guesses, then 429 there and not elsewhere", async () => {
	await using house = await openHouse();
	const known = house.browser();
	codeOf(await authorize(known, requestOf(clients.portal)));
	known.cookies.delete("__Host-gatehouse");
	for (let i = 0; i < 10; i++) expect((await guess(house, "alice", "wrong", known)).status).toBe(400);
	expect((await guess(house, "alice", password, known)).status).toBe(429);
	expect((await guess(house, "alice", password)).url.searchParams.get("code")).toBeTruthy();
});

test("D8 one account has one budget, whichever of its names is typed, and nothing tells that they belong together", async () => {
	await using house = await openHouse();
	for (let i = 0; i < 10; i++) await guess(house, "alice", "wrong");
	const byAddress = await guess(house, "alice@company.test", password);
	expect(byAddress.status).toBe(400);
	expect(byAddress.text("login-error")).toBe((await guess(house, "unknown@company.test", "wrong")).text("login-error"));
	house.wait(hour + 1000);
	expect((await guess(house, "alice@company.test", password)).url.searchParams.get("code")).toBeTruthy();
});

test("D8 answers to wrong guesses are held back more and more, for names that do not exist too", async () => {
	await using house = await openHouse();
	for (let i = 0; i < 6; i++) await guess(house, "alice", "wrong");
	const known = [...house.slept];
	for (let i = 0; i < 6; i++) await guess(house, "nobody-here", "wrong");
	expect(known).toEqual([250, 500, 1000]);
	expect(house.slept.slice(known.length)).toEqual(known);
});

test("D8 right guesses use nothing up", async () => {
	await using house = await openHouse();
	for (let i = 0; i < 15; i++) expect((await guess(house, "alice", password)).url.searchParams.get("code")).toBeTruthy();
});

test("LG-08 a password of 1 MB is 413, of more than 1 KB is refused unevaluated, and NFC and NFD are one password", async () => {
	const composed = "Schöne Grüße aus Köln";
	await using house = await openHouse({
		file: {
			users: [
				{ username: "alice", password: composed },
				{ username: "bob", password: "x".repeat(64) },
			],
		},
	});
	const { browser, shown } = await signInPage(house);
	const hidden = browser.hidden(shown);
	const huge = await browser.send("POST", "/login", { ...hidden, username: "alice", password: "x".repeat(1_000_000) });
	expect(huge.statusCode).toBe(413);
	expect((await guess(house, "alice", "x".repeat(1025))).status).toBe(400);
	expect((await guess(house, "alice", composed.normalize("NFD"))).url.searchParams.get("code")).toBeTruthy();
	expect((await guess(house, "bob", `${"x".repeat(63)}y`)).status).toBe(400);
	expect((await guess(house, "bob", "x".repeat(64))).url.searchParams.get("code")).toBeTruthy();
});

test("LG-08 passwords that share their first 72 bytes are two passwords", async () => {
	const long = "a good long password ".repeat(5);
	await using house = await openHouse({ file: { users: [{ username: "alice", password: `${long}1` }] } });
	expect((await guess(house, "alice", `${long}2`)).status).toBe(400);
	expect((await guess(house, "alice", `${long}1`)).url.searchParams.get("code")).toBeTruthy();
});
