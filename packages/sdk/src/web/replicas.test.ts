import { issuerTest } from "@gatehouse/testing/vitest";
import { afterAll, beforeAll, expect } from "vitest";
import { type Redis, startRedis } from "../../../../test/redis.ts";
import { Browser } from "../../test/web/browser.ts";
import { company, house, origin } from "../../test/web/house.ts";
import { redis, type SessionStore } from "./index.ts";

const test = issuerTest(company);
let server: Redis;
const stores: SessionStore[] = [];
beforeAll(async () => {
	server = await startRedis();
}, 60_000);
afterAll(async () => {
	for (const store of stores) await store.close();
	await server[Symbol.asyncDispose]();
});

test("two replicas on one Redis are one app: a sign-in that begins at one ends at the other, once, and so does a sign-out from behind", async ({
	issuer,
}) => {
	const houses = [0, 1].map(() => {
		const store = redis(server.url);
		stores.push(store);
		return house(issuer, { store, onError: () => undefined });
	});
	const [first, second] = [houses[0]!, houses[1]!];
	let turn = 0;
	// A proxy that sends each request to the next of them.
	const alice = new Browser((request) => houses[turn++ % 2]!.app(request), origin);
	const { url } = await alice.open("/me");
	const back = await issuer.signIn({ url });
	const { token } = issuer.calls;
	await Promise.all(Array.from({ length: 10 }, () => alice.go(back.href, { from: "elsewhere" })));
	expect(issuer.calls.token).toBe(token + 1);
	for (let count = 0; count < 2; count++) expect((await alice.call("/me")).status).toBe(200);

	const logoutToken = await issuer.logoutToken({ clientId: "crm", person: "alice" });
	const told = (app: typeof first.app) =>
		app(new Request(`${origin}/auth/backchannel`, { method: "POST", body: new URLSearchParams({ logout_token: logoutToken }) }));
	expect((await told(first.app)).status).toBe(200);
	expect((await told(second.app)).status).toBe(400);
	for (let count = 0; count < 2; count++) expect(await (await alice.call("/me")).json()).toMatchObject({ error: "session_expired" });
});

test("while Redis is away the app says so and signs nobody out; when it is back, so is the session", async ({ issuer }) => {
	const store = redis(server.url, { timeout: 200 });
	stores.push(store);
	const { browser, signIn } = house(issuer, { store, onError: () => undefined });
	const alice = browser();
	await signIn(alice);
	server.pause();
	const answer = await alice.go("/me");
	server.resume();
	expect([answer.status, answer.headers.getSetCookie()]).toEqual([503, []]);
	expect(await answer.text()).toContain("Please try again in a moment");
	await expect.poll(async () => (await alice.call("/me")).status).toBe(200);
});
