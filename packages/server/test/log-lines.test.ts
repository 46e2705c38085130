import { expect, test } from "vitest";
import { requestOf } from "./flow.ts";
import { basic, clients, openHouse, password } from "./house.ts";

test("whoever reads the log sees who signed in, and which attempts at one account failed, without a name that may be a password", async () => {
	await using house = await openHouse();
	const attempt = async (username: string, text: string) => {
		const browser = house.browser();
		await browser.signIn(await browser.go(requestOf(clients.portal).url), username, text);
	};
	await attempt("alice", password);
	await attempt("my secret typed as a name", "x");
	for (let i = 0; i < 11; i++) await attempt("bob", "wrong");

	const messages = house.log.map(({ message }) => message);
	expect(messages.filter((message) => message === "signed in")).toHaveLength(1);
	expect(messages.filter((message) => message === "sign-in refused")).toHaveLength(11);
	expect(messages.filter((message) => message.startsWith("sign-in not evaluated"))).toHaveLength(1);
	const accounts = house.log.flatMap(({ fields }) => fields["account"] ?? []);
	expect(new Set(accounts.slice(1)).size).toBe(1);
	expect(JSON.stringify(house.log)).not.toMatch(/secret typed|bob/);
	expect(house.log[0]?.fields).toMatchObject({
		trace_id: expect.any(String),
		sub: expect.any(String),
		sid: expect.any(String),
		network: expect.any(String),
	});
});

test("a refused redirect URI is in the log beside the registered ones, its query left out", async () => {
	await using house = await openHouse();
	await house.browser().go(requestOf(clients.portal, { redirect_uri: "https://portal.company.test/other?code=canary&more=a canary" }).url);
	const compared = JSON.stringify(house.log.at(-1)?.fields["compared"]);
	expect(compared).toContain("https://portal.company.test/other");
	expect(compared).toContain("https://portal.company.test/cb");
	expect(compared).not.toContain("canary");
});

test.each([
	["an unknown client", { client_id: "someone", client_secret: "x".repeat(40) }, /no client of that name/],
	["a wrong secret", { ...clients.night, client_secret: "x".repeat(40) }, /secret of the client night does not match/],
	["a disabled client", clients.retired, /client retired is disabled/],
	["a wrong method", clients.analytics, /registered for client_secret_post and used client_secret_basic/],
])("%s is told apart in the log, and hears the same as every other", async (_name, client, cause) => {
	await using house = await openHouse();
	const answer = await house.post("/token", { grant_type: "client_credentials" }, basic(client));
	expect(answer.statusCode).toBe(401);
	expect(answer.json().error_description).toBe("the client is unknown, disabled, or did not prove itself as it is registered");
	expect(house.log.at(-1)?.fields["cause"]).toMatch(cause);
	expect(JSON.stringify(house.log)).not.toContain(client.client_secret);
});
