import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import { StoreUnavailable } from "../src/store/store.ts";
import { asserted, assertionClaims, clientKey } from "./client-key.ts";
import { codeOf, isActive, payloadOf, redeem, refresh, requestOf, signedIn } from "./flow.ts";
import { encode } from "./form.ts";
import { basic, clients, issuer, ledgerKey, openHouse, password } from "./house.ts";
import { openReceiver } from "./receiver.ts";

const canary = "canary-Passw0rd-canary-Passw0rd";

test("PG-15 no password, secret, code, token or cookie is in the log, also not of what was refused", async () => {
	await using house = await openHouse({ file: { users: [{ username: "alice", password: canary }] } });
	const browser = house.browser();
	const request = requestOf(clients.portal, { scope: "openid offline_access crm.read" });
	const shown = await browser.go(request.url);
	const wrong = await browser.signIn(shown, "alice", `${canary}-wrong`);
	const code = codeOf(await browser.signIn(wrong, "alice", canary));
	const tokens = (await redeem(house, request, code)).json();
	await redeem(house, request, code);
	await house.post("/token", {
		grant_type: "authorization_code",
		code,
		client_id: "portal",
		client_secret: `${clients.portal.client_secret}-wrong`,
	});
	await refresh(house, clients.portal, tokens.refresh_token);
	await refresh(house, clients.portal, `${tokens.refresh_token}x`);
	await house.request({ url: `/userinfo?access_token=${tokens.access_token}` });
	await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${tokens.access_token}x` } });
	await house.post(
		"/introspect",
		{ token: tokens.access_token },
		{ authorization: `Basic ${Buffer.from(`crm-api:${canary}`).toString("base64")}` },
	);
	await browser.send("POST", "/login", { username: "alice", password: canary, continue: "nonsense" });
	await house.request({ url: `/no-such-page?code=${code}` });
	const cookies = [...browser.cookies.values()];
	const account = await browser.go(`${issuer}/account`);
	const typed = (current: string) => ({ "current-password": current, "new-password": `${canary}-new` });
	await browser.click(account, "password-submit", typed(`${canary}-other`));
	expect((await browser.click(account, "password-submit", typed(canary))).url.search).toBe("?notice=password-changed");

	const log = JSON.stringify(house.log);
	expect(house.log.length).toBeGreaterThan(5);
	const secrets = [
		canary,
		clients.portal.client_secret,
		code,
		tokens.access_token,
		tokens.refresh_token,
		tokens.id_token,
		request.verifier,
		...cookies,
		...browser.cookies.values(),
	];
	expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
	expect(secrets.filter((secret) => log.includes(Buffer.from(`crm-api:${secret}`).toString("base64")))).toEqual([]);
});

test("PG-15 what clients sign, and what they are told, is in no log line, event, error, address or page, also not of what was refused", async () => {
	await using receiver = await openReceiver("500");
	const told = { backchannel_logout_uri: receiver.uri };
	const declared = Object.values(clients).map((client) => (client.client_id === "ledger" ? { ...client, ...told } : client));
	await using house = await openHouse({ file: { clients: declared, outbound: { allow: ["127.0.0.1"] } } });
	const signs = (claims: object, header = {}) => ledgerKey.sign(claims, header);
	const request = requestOf(clients.ledger, { scope: "openid offline_access" });
	const object = signs({ ...request.fields, iss: "ledger", aud: issuer });
	const browser = house.browser();
	const shown = await browser.go(`${issuer}/authorize?${encode({ client_id: "ledger", request: object })}`);
	const code = codeOf(await browser.signIn(shown, "alice", password));
	const tokens = (await redeem(house, request, code)).json();

	const now = house.now();
	const claims = assertionClaims("ledger", issuer, now);
	const stranger = clientKey("ES256", { kid: "ledger-1" });
	const good = signs(claims);
	const assertions = [
		good,
		signs(claims),
		stranger.sign(assertionClaims("ledger", issuer, now)),
		signs(assertionClaims("nobody", issuer, now)),
		signs({ ...assertionClaims("ledger", issuer, now), aud: "https://canary.test" }),
		`${good}x`,
		clientKey().sign({ sub: good }),
	];
	const answers = [];
	for (const path of ["/token", "/revoke", "/introspect"])
		for (const assertion of assertions)
			answers.push(
				await house.post(path, { grant_type: "client_credentials", scope: "crm.read", token: assertion, ...asserted(assertion) }),
			);
	expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
	const objects = [object, stranger.sign({ ...request.fields }), signs({ ...request.fields, aud: "https://canary.test" }), `${object}x`];
	const pages = [shown];
	for (const refused of objects.slice(1)) {
		const beside = { client_id: "ledger", request: refused };
		pages.push(await house.browser().go(`${issuer}/authorize?${encode({ ...beside, redirect_uri: request.fields["redirect_uri"] })}`));
		pages.push(await house.browser().go(`${issuer}/authorize?${encode(beside)}`));
	}
	pages.push(
		await house.browser().go(`${issuer}/authorize?${encode({ client_id: "ledger", request_uri: `https://canary.test/${object}` })}`),
	);
	pages.push(await house.browser().go(`${issuer}/end-session?${encode({ id_token_hint: `${tokens.id_token}x`, state: "s" })}`));
	pages.push(await browser.go(`${issuer}/end-session?${encode({ id_token_hint: tokens.id_token })}`));
	await house.gatehouse.logouts.idle();
	const logoutTokens = receiver.posted.flatMap(({ token }) => (token === "" ? [] : [token]));
	expect([pages.at(-1)?.page, logoutTokens.length]).toEqual(["signed-out", 1]);

	const everywhere = JSON.stringify([
		house.log,
		await house.gatehouse.ground.store.events.list({ limit: 1_000 }),
		answers.map(({ body, headers }) => [body, headers]),
		// What a browser brought along is in its own address, and goes no further.
		pages.map(({ html, headers, url }) => [html, headers, url.origin === issuer ? "" : url.href]),
	]);
	const signatures = [...assertions, ...objects, ...logoutTokens, tokens.id_token].map((jwt) => jwt.split(".")[2] ?? "");
	expect(signatures.filter((signature) => everywhere.includes(signature))).toEqual([]);
	const ids = [claims.jti, ...logoutTokens.map((jwt) => String(payloadOf(jwt)["jti"]))];
	expect(ids.filter((id) => everywhere.includes(id))).toEqual([]);
	expect(everywhere).toContain("is signed by none of the client's keys");
});

test("PG-15 errors carry a trace id that finds their log line, and no cause, stack or version", async () => {
	await using house = await openHouse();
	const answer = await refresh(house, clients.portal, "nonsense");
	expect(answer.json()).toEqual({ error: "invalid_grant", error_description: expect.any(String), trace_id: answer.headers["x-trace-id"] });
	expect(house.log.filter(({ fields }) => fields["trace_id"] === answer.headers["x-trace-id"])).toHaveLength(1);
	expect(JSON.stringify(answer.headers)).not.toMatch(/gatehouse\/|fastify|node/i);
	const page = await house.request({ url: "/authorize?client_id=nobody", headers: { accept: "text/html" } });
	expect(page.body).toContain(String(page.headers["x-trace-id"]));
	expect(page.body).not.toMatch(/\bat .*\.(?:ts|js):\d+/);
});

test("PG-15 F-06 what nobody expected is one 500 without detail, and the next request is answered", async () => {
	await using house = await openHouse();
	const tokens = await signedIn(house, clients.portal);
	const { grants } = house.gatehouse.ground.store;
	const find = vi.spyOn(grants, "find").mockRejectedValueOnce(new Error("detail of the database"));
	const failed = await refresh(house, clients.portal, tokens.refresh_token);
	expect(find).toHaveBeenCalledOnce();
	expect(failed.statusCode).toBe(500);
	expect(failed.json()).toEqual({
		error: "server_error",
		error_description: expect.not.stringContaining("database"),
		trace_id: expect.any(String),
	});
	expect(JSON.stringify(house.log)).toContain("detail of the database");
	expect((await refresh(house, clients.portal, tokens.refresh_token)).statusCode).toBe(200);
});

test("a store that is away is 503 with Retry-After, on the wire and on pages, and nothing is said to be revoked", async () => {
	await using house = await openHouse();
	const tokens = await signedIn(house, clients.portal);
	const { grants, sessions } = house.gatehouse.ground.store;
	vi.spyOn(grants, "find").mockRejectedValueOnce(new StoreUnavailable("away"));
	const revoked = await house.post("/revoke", { token: tokens.refresh_token }, basic(clients.portal));
	expect(revoked.statusCode).toBe(503);
	expect(revoked.headers["retry-after"]).toBe("2");
	expect(revoked.json().error).toBe("temporarily_unavailable");
	vi.spyOn(sessions, "find").mockRejectedValueOnce(new StoreUnavailable("away"));
	const page = await tokens.browser.send("GET", requestOf(clients.portal).url);
	expect(page.statusCode).toBe(503);
	expect(page.headers["retry-after"]).toBe("2");
	expect(page.body).toContain('id="error-code"');
	expect((await refresh(house, clients.portal, tokens.refresh_token)).statusCode).toBe(200);
});

test("AD-09 I17 whoever holds the whole store holds nothing that works: no secret is in it, and no value of it is a credential", async () => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-"));
	const file = join(folder, "gatehouse.db");
	try {
		await using house = await openHouse({ store: `sqlite:${file}`, file: { masterKey: Buffer.alloc(32, 7).toString("base64url") } });
		const request = requestOf(clients.portal, { scope: "openid offline_access crm.read" });
		const browser = house.browser();
		const code = codeOf(await browser.signIn(await browser.go(request.url), "alice", password));
		const tokens = (await redeem(house, request, code)).json();
		const unused = codeOf(await browser.go(requestOf(clients.portal).url));
		const cookie = browser.cookies.get("__Host-gatehouse")!;

		const bytes = [file, `${file}-wal`].map((name) => readFileSync(name, "latin1")).join("");
		const secrets = [
			password,
			clients.portal.client_secret,
			code,
			unused,
			tokens.access_token,
			tokens.refresh_token,
			tokens.id_token,
			cookie,
		];
		expect(secrets.filter((secret) => bytes.includes(secret))).toEqual([]);
		expect(bytes).not.toContain('"d":"');

		for (const value of valuesOf(file)) {
			expect((await refresh(house, clients.portal, value)).json().error).toMatch(/invalid_grant|invalid_request/);
			expect((await redeem(house, request, value)).json().error).toMatch(/invalid_grant|invalid_request/);
			expect(
				(
					await house.post(
						"/token",
						{ grant_type: "client_credentials", scope: "crm.read" },
						basic({ client_id: "night", client_secret: value }),
					)
				).statusCode,
			).toBe(401);
			const thief = house.browser();
			thief.cookies.set("__Host-gatehouse", value.replaceAll(/[^\w-]/g, ""));
			expect((await thief.go(requestOf(clients.portal, { prompt: "none" }).url)).url.searchParams.get("error")).toBe("login_required");
		}
		// The twin: the real ones work.
		expect((await refresh(house, clients.portal, tokens.refresh_token)).statusCode).toBe(200);
		expect(await isActive(house, tokens.access_token)).toBe(true);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

/** Every value in every table, as text, and blobs as base64url and hex. */
function valuesOf(file: string): readonly string[] {
	const db = new DatabaseSync(file, { readOnly: true });
	const values = new Set<string>();
	for (const { name } of db.prepare("select name from sqlite_schema where type = 'table'").all() as { name: string }[]) {
		for (const row of db.prepare(`select * from "${name}"`).all()) {
			for (const value of Object.values(row as Record<string, unknown>)) {
				if (typeof value === "string" && value.length >= 16 && value.length <= 4096) values.add(value);
				if (value instanceof Uint8Array)
					for (const spelling of ["base64url", "hex"] as const) values.add(Buffer.from(value).toString(spelling));
			}
		}
	}
	db.close();
	return [...values];
}
