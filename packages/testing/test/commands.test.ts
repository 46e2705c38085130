import { expect, test } from "vitest";
import { type Issuer, startIssuer } from "../src/index.ts";
import { company, orders, refresh, requestOf, segmentOf, tokensOf } from "./company.ts";

const userinfo = (issuer: Issuer, token = "") => fetch(`${issuer.url}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
const kids = async (issuer: Issuer) => {
	const { keys } = await (await fetch(`${issuer.url}/.well-known/jwks.json`)).json();
	return keys.map(({ kid }: { kid: string }) => kid) as string[];
};

test("the clock moves forward and back, and the Date header with it", async () => {
	await using issuer = await startIssuer(company);
	const { access_token } = await tokensOf(issuer, "alice");
	expect((await userinfo(issuer, access_token)).status).toBe(200);
	issuer.clock.pass("11m");
	const late = await userinfo(issuer, access_token);
	expect(late.status).toBe(401);
	expect(Date.parse(late.headers.get("date") ?? "") - Date.now()).toBeGreaterThan(10 * 60_000);
	issuer.clock.pass("-11m");
	expect((await userinfo(issuer, access_token)).status).toBe(200);
	issuer.clock.pass(11 * 60_000);
	issuer.clock.reset();
	expect((await userinfo(issuer, access_token)).status).toBe(200);
});

test("keys are rotated: new ones sign, the former are published until they are revoked", async () => {
	await using issuer = await startIssuer(company);
	const before = segmentOf(await issuer.token({ resource: orders }), 0)["kid"];
	await issuer.rotateKeys();
	const after = segmentOf(await issuer.token({ resource: orders }), 0)["kid"];
	expect(after).not.toBe(before);
	expect(await kids(issuer)).toEqual(expect.arrayContaining([before, after]));
	await issuer.rotateKeys({ revoke: true });
	for (const kid of [before, after]) expect(await kids(issuer)).not.toContain(kid);
});

test("sessions are listed and ended, of one person and one by one; tokens that hang on them end", async () => {
	await using issuer = await startIssuer(company);
	const [alice, again, bob] = [
		await tokensOf(issuer, "alice", "openid"),
		await tokensOf(issuer, "alice", "openid"),
		await tokensOf(issuer, "bob", "openid"),
	];
	expect((await issuer.sessions()).map(({ username }) => username).sort()).toEqual(["alice", "alice", "bob"]);
	const sid = String(segmentOf(alice["id_token"] ?? "", 1)["sid"]);
	await issuer.endSession(sid);
	expect((await userinfo(issuer, alice["access_token"])).status).toBe(401);
	expect((await userinfo(issuer, again["access_token"])).status).toBe(200);
	expect(await issuer.endSessions("alice")).toHaveLength(1);
	expect((await userinfo(issuer, again["access_token"])).status).toBe(401);
	expect((await userinfo(issuer, bob["access_token"])).status).toBe(200);
	expect(await issuer.sessions("alice")).toEqual([]);
});

test("people and clients are switched off, which ends what they had, and on again", async () => {
	await using issuer = await startIssuer(company);
	const { refresh_token = "" } = await tokensOf(issuer, "alice");
	await issuer.disable({ person: "alice" });
	expect(await (await refresh(issuer, refresh_token)).json()).toMatchObject({ error: "invalid_grant" });
	await expect(issuer.signIn({ url: requestOf(issuer, "portal").url })).rejects.toThrow("the issuer does not let alice in");
	await issuer.enable({ person: "alice" });
	await issuer.disable({ clientId: "portal" });
	await expect(issuer.signIn({ url: requestOf(issuer, "portal").url })).rejects.toThrow("the issuer shows an error page at /authorize");
	await issuer.enable({ clientId: "portal" });
	expect((await issuer.signIn({ url: requestOf(issuer, "portal").url })).searchParams.has("code")).toBe(true);
});

test("what a person allowed an app is taken back, and asked for again", async () => {
	await using issuer = await startIssuer(company);
	const alice = issuer.visitor("alice");
	const { url } = requestOf(issuer, "analytics", { scope: "openid orders.read", resource: orders });
	await issuer.signIn({ url, visitor: alice });
	expect((await alice.open(`${url}&prompt=none`, { until: (to) => to.origin !== issuer.url })).url.searchParams.has("code")).toBe(true);
	await issuer.withdraw({ person: "alice", clientId: "analytics" });
	const { url: back } = await alice.open(`${url}&prompt=none`, { until: (to) => to.origin !== issuer.url });
	expect(back.searchParams.get("error")).toBe("consent_required");
});

test("reset gives the next test an issuer as just started", async () => {
	await using issuer = await startIssuer(company);
	const { refresh_token = "", access_token } = await tokensOf(issuer, "alice");
	issuer.offline();
	issuer.unavailable("token", { times: Number.POSITIVE_INFINITY });
	issuer.clock.pass("1d");
	await issuer.disable({ person: "bob" });
	await issuer.reset();
	expect(issuer.calls.token).toBe(0);
	expect((await userinfo(issuer, access_token)).status).toBe(401);
	expect(await (await refresh(issuer, refresh_token)).json()).toMatchObject({ error: "invalid_grant" });
	await tokensOf(issuer, "bob");
	expect(issuer.calls.token).toBe(2);
	expect(Math.abs(issuer.clock.now() - Date.now())).toBeLessThan(60_000);
});

test("a stopped issuer answers nobody, however often it is stopped, and lets go what it held", async () => {
	const issuer = await startIssuer();
	const held = issuer.hold("jwks");
	const waiting = fetch(`${issuer.url}/.well-known/jwks.json`).then(
		() => "answered",
		() => "cut",
	);
	await held.arrived;
	await Promise.all([issuer.stop(), issuer.stop()]);
	expect(["answered", "cut"]).toContain(await waiting);
	await expect(fetch(issuer.url)).rejects.toThrow();
});
