import { expect, test } from "vitest";
import { startIssuer } from "../src/index.ts";
import { company, orders, refresh, tokensOf } from "./company.ts";

test("offline cuts every connection until online; what tests ask of the issuer itself goes on", async () => {
	await using issuer = await startIssuer(company);
	await fetch(`${issuer.url}/.well-known/jwks.json`);
	issuer.offline();
	await expect(fetch(`${issuer.url}/.well-known/jwks.json`)).rejects.toThrow("fetch failed");
	expect(await issuer.token({ resource: orders })).toMatch(/^ey/);
	issuer.online();
	expect((await fetch(`${issuer.url}/.well-known/jwks.json`)).status).toBe(200);
});

test("an answer that is lost was acted on: the refresh token is spent, and the retry gets its successor", async () => {
	await using issuer = await startIssuer(company);
	const { refresh_token = "" } = await tokensOf(issuer, "alice");
	const lost = issuer.lose("token");
	await expect(refresh(issuer, refresh_token)).rejects.toThrow("fetch failed");
	expect(lost.struck).toBe(1);
	const [retried, again] = [await (await refresh(issuer, refresh_token)).json(), await (await refresh(issuer, refresh_token)).json()];
	expect(retried.refresh_token).not.toBe(refresh_token);
	expect(again.refresh_token).toBe(retried.refresh_token);
});

test("a request that is cut was never seen", async () => {
	await using issuer = await startIssuer(company);
	const { refresh_token = "" } = await tokensOf(issuer, "alice");
	issuer.cut("token");
	await expect(refresh(issuer, refresh_token)).rejects.toThrow("fetch failed");
	const first = await (await refresh(issuer, refresh_token)).json();
	expect(first.refresh_token).not.toBe(refresh_token);
});

test("503 with Retry-After, and whatever else an answer may be instead of JSON", async () => {
	await using issuer = await startIssuer(company);
	const { refresh_token = "" } = await tokensOf(issuer, "alice");
	const busy = issuer.unavailable("token", { retryAfter: 7, times: 2 });
	for (const _ of [1, 2]) {
		const answer = await refresh(issuer, refresh_token);
		expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "7"]);
		expect(await answer.json()).toEqual({ error: "temporarily_unavailable" });
	}
	expect((await refresh(issuer, refresh_token)).status).toBe(200);
	expect(busy.struck).toBe(2);

	const wifi = issuer.answer(
		"discovery",
		{ headers: { "content-type": "text/html" }, body: "<h1>Welcome</h1>" },
		{ times: Number.POSITIVE_INFINITY },
	);
	for (const path of ["openid-configuration", "oauth-authorization-server"])
		expect(await (await fetch(`${issuer.url}/.well-known/${path}`)).text()).toBe("<h1>Welcome</h1>");
	wifi.mend();
	expect((await fetch(`${issuer.url}/.well-known/openid-configuration`)).headers.get("content-type")).toMatch("json");

	issuer.answer("jwks", { status: 200, body: { keys: [] } });
	expect(await (await fetch(`${issuer.url}/.well-known/jwks.json`)).json()).toEqual({ keys: [] });
	issuer.answer("token", { status: 204 });
	expect((await refresh(issuer, refresh_token)).status).toBe(204);
});

test("requests are held and released without a sleep; so are answers that are already true", async () => {
	await using issuer = await startIssuer(company);
	const { refresh_token = "" } = await tokensOf(issuer, "alice");
	const held = issuer.hold("token");
	let settled = false;
	const pending = [refresh(issuer, refresh_token), refresh(issuer, refresh_token)];
	void Promise.race(pending).then(() => {
		settled = true;
	});
	await held.arrived;
	await fetch(`${issuer.url}/.well-known/jwks.json`);
	expect(settled).toBe(false);
	held.release();
	expect((await Promise.all(pending)).map(({ status }) => status)).toEqual([200, 200]);

	const { refresh_token: next = "" } = await tokensOf(issuer, "bob");
	const answer = issuer.hold("token", "answer");
	const slow = refresh(issuer, next);
	await answer.arrived;
	await issuer.endSessions("bob");
	answer.release();
	// What was granted before the end was granted.
	expect((await slow).status).toBe(200);
	expect(() => issuer.hold("token", "answers" as "answer")).toThrow('hold() holds the "request" or the "answer", not "answers"');
});

test("faults of one endpoint strike in the order they were asked for, those of others do not meet it", async () => {
	await using issuer = await startIssuer();
	issuer.answer("jwks", { status: 500 });
	issuer.answer("jwks", { status: 502 });
	issuer.answer("discovery", { status: 504 });
	const ask = async (path: string) => (await fetch(`${issuer.url}/.well-known/${path}`)).status;
	expect([await ask("jwks.json"), await ask("jwks.json"), await ask("jwks.json")]).toEqual([500, 502, 200]);
	issuer.mend();
	expect(await ask("openid-configuration")).toBe(200);
	expect(issuer.calls).toMatchObject({ jwks: 3, discovery: 1 });
});
