import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { type Issuer, type IssuerOptions, startIssuer } from "@gatehouse/testing";
import { expect, test } from "vitest";
import { type AuthError, createMachine, file, type MachineOptions } from "../src/machine/index.ts";
import { type ApiServer, startApi } from "./api-server.ts";

const secret = "canary-secret-of-the-night-job-0123456789";

/** A real issuer with a night job, and two APIs that its tokens are for. */
const companyOf = (orders: ApiServer, crm: ApiServer): IssuerOptions => ({
	resources: [
		{ identifier: orders.resource, scopes: { "orders.read": "See orders", "orders.write": "Order" } },
		{ identifier: crm.resource, scopes: { "crm.read": "See customers" } },
	],
	clients: [
		{
			client_id: "night-job",
			client_secret: secret,
			grant_types: ["client_credentials"],
			scope: "orders.read orders.write crm.read",
		},
	],
});

async function start() {
	const [orders, crm] = await Promise.all([startApi(), startApi()]);
	const issuer = await startIssuer(companyOf(orders, crm));
	for (const api of [orders, crm]) api.guardBy({ issuer: issuer.url });
	return {
		orders,
		crm,
		issuer,
		async [Symbol.asyncDispose]() {
			for (const one of [issuer, orders, crm]) await one[Symbol.asyncDispose]();
		},
	};
}

const machineOf = (issuer: Issuer, more: Partial<MachineOptions> = {}) =>
	createMachine({ issuer: issuer.url, clientId: "night-job", clientAuth: secret, ...more });

const codeOf = (error: AuthError) => error.code;

test("an API lets the machine in by its own name, with a token that is for this API alone", async () => {
	await using company = await start();
	const { issuer, orders, crm } = company;
	const machine = machineOf(issuer, { resources: { [orders.resource]: { scope: "orders.read" } } });
	expect(await (await machine.fetch(`${orders.resource}/orders`)).text()).toBe("night-job");
	expect(await (await machine.fetch(`${crm.resource}/customers`)).text()).toBe("night-job");
	const token = await machine.token({ resource: orders.resource });
	expect(token.scope).toEqual(["orders.read"]);
	expect((await machine.token({ resource: crm.resource })).scope).toEqual(["crm.read"]);
	const foreign = await fetch(crm.resource, { headers: { authorization: `Bearer ${token.accessToken}` } });
	expect(foreign.status).toBe(401);
	expect(issuer.calls).toMatchObject({ token: 2 });
});

test("1 000 calls at once at a cold start, of the machine and of the API: the issuer is asked once for each thing", async () => {
	await using company = await start();
	const { issuer, orders } = company;
	const machine = machineOf(issuer);
	const held = issuer.hold("token");
	const calls = Array.from({ length: 1000 }, () => machine.fetch(`${orders.resource}/orders`));
	await held.arrived;
	expect(orders.requests).toEqual([]);
	held.release();
	const statuses = await Promise.all(calls.map(async (call) => ((await call).ok ? await (await call).text() : "refused")));
	expect(new Set(statuses)).toEqual(new Set(["night-job"]));
	// Discovery by the machine and by the API.
	expect(issuer.calls).toMatchObject({ token: 1, jwks: 1, discovery: 2 });
});

test("a token that ends is replaced; its successor is asked for while it is still good, and nobody waits for it", async () => {
	await using company = await start();
	const { issuer, orders } = company;
	let ahead = 0;
	const now = () => Date.now() + ahead;
	orders.guardBy({ issuer: issuer.url, now });
	const machine = machineOf(issuer, { now });
	const pass = (minutes: number) => {
		issuer.clock.pass(minutes * 60_000);
		ahead += minutes * 60_000;
	};
	const call = async () => (await machine.fetch(orders.resource)).status;
	expect(await call()).toBe(200);
	pass(8);
	const held = issuer.hold("token");
	expect(await call()).toBe(200);
	await held.arrived;
	expect(await call()).toBe(200);
	held.release();
	pass(8);
	expect(await call()).toBe(200);
	pass(60);
	expect(await call()).toBe(200);
	expect(new Set(orders.requests.map(({ authorization }) => authorization)).size).toBe(issuer.calls.token);
});

test("an answer that was lost is asked for again, and so is one that a restart took away", async () => {
	await using company = await start();
	const { issuer, orders } = company;
	issuer.lose("token");
	issuer.cut("token");
	expect((await machineOf(issuer).fetch(orders.resource)).status).toBe(200);
	expect(issuer.calls.token).toBe(3);
});

test("an issuer that asks to wait is asked by one of a thousand, and each is told for how long", async () => {
	await using company = await start();
	const { issuer, orders } = company;
	const busy = issuer.unavailable("token", { retryAfter: 60, times: Number.POSITIVE_INFINITY });
	const machine = machineOf(issuer);
	const ask = () => machine.token({ resource: orders.resource }).catch((error: AuthError) => [error.code, error.retryAfter]);
	const told = await Promise.all(Array.from({ length: 1000 }, ask));
	expect(new Set(told.map(String))).toEqual(new Set(["temporarily_unavailable,60"]));
	busy.mend();
	expect(String(await ask())).toBe("temporarily_unavailable,60");
	expect([busy.struck, issuer.calls.token]).toEqual([1, 1]);
	expect((await machineOf(issuer).fetch(orders.resource)).status).toBe(200);
});

test("the issuer is killed and comes back, and its keys are revoked: the token at hand serves until then, and one call brings another", async () => {
	const [orders, crm] = await Promise.all([startApi(), startApi()]);
	await using _orders = orders;
	await using _crm = crm;
	const first = await startIssuer(companyOf(orders, crm));
	const port = Number(new URL(first.url).port);
	orders.guardBy({ issuer: first.url });
	const machine = machineOf(first);
	expect((await machine.fetch(orders.resource)).status).toBe(200);
	await first.stop();
	expect((await machine.fetch(orders.resource)).status).toBe(200);
	await expect(machine.token({ resource: crm.resource })).rejects.toMatchObject({ code: "issuer_unreachable", retryable: true });
	await using second = await startIssuer({ ...companyOf(orders, crm), port });
	await second.rotateKeys({ revoke: true });
	// The API knows the new keys alone; with the old token it would refuse the call.
	orders.guardBy({ issuer: second.url });
	const before = orders.requests.length;
	expect((await machine.fetch(orders.resource)).status).toBe(200);
	expect(orders.requests.length).toBe(before + 2);
	expect((await machine.fetch(orders.resource)).status).toBe(200);
	expect([orders.requests.length, second.calls.token]).toEqual([before + 3, 1]);
});

test("CA-01: the secret is rotated in its file, with an overlap: no restart, no failure; a wrong one is told with the issuer's trace", async () => {
	await using company = await start();
	const { issuer, orders } = company;
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-"));
	try {
		const path = join(folder, "sso");
		const [old, next] = ["canary-old-secret-0123456789-0123456789", "canary-next-secret-0123456789-012345678"];
		await issuer.addClient({
			client_id: "rotating",
			client_secrets: [{ value: old }, { value: next }],
			grant_types: ["client_credentials"],
			scope: "orders.read",
		});
		writeFileSync(path, `${old}\n`);
		let ahead = 0;
		const machine = machineOf(issuer, { clientId: "rotating", clientAuth: file(path), now: () => Date.now() + ahead });
		expect((await machine.fetch(orders.resource)).status).toBe(200);
		writeFileSync(path, `${next}\n`);
		ahead += 3_600_000;
		expect((await machine.fetch(orders.resource)).status).toBe(200);
		writeFileSync(path, "canary-wrong-secret-0123456789\n");
		ahead += 3_600_000;
		const error: AuthError = await machine.token({ resource: orders.resource }).then(
			() => expect.unreachable(),
			(thrown) => thrown,
		);
		expect(error).toMatchObject({ code: "invalid_client", action: "fix-config", retryable: false });
		expect(inspect(error, { depth: 9 })).not.toContain("canary");
		expect(error.traceId).toBeDefined();
		expect(inspect(issuer.log.filter(({ fields }) => inspect(fields).includes(error.traceId!)))).toContain("rotating");
		expect(inspect(issuer.log, { depth: 9 })).not.toContain("canary");
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("a scope that the machine does not have, and an API that nobody knows, are told as that", async () => {
	await using company = await start();
	const { issuer, orders } = company;
	const machine = machineOf(issuer);
	expect(await machine.token({ resource: orders.resource, scope: "orders.delete" }).catch(codeOf)).toBe("invalid_scope");
	expect(await machine.fetch("http://stranger.localhost:1/").catch(codeOf)).toBe("invalid_target");
	await issuer.disable({ clientId: "night-job" });
	expect(await machineOf(issuer).token({ resource: orders.resource }).catch(codeOf)).toBe("invalid_client");
	await issuer.enable({ clientId: "night-job" });
	expect((await machineOf(issuer).fetch(orders.resource)).status).toBe(200);
});

test("a redirect to another host takes no token along, one to a path of its own does", async () => {
	await using company = await start();
	const { issuer, orders, crm } = company;
	const machine = machineOf(issuer);
	orders.redirect = `${crm.resource}/elsewhere`;
	expect((await machine.fetch(`${orders.resource}/orders`)).status).toBe(401);
	expect(orders.requests.every(({ authorization }) => authorization?.startsWith("Bearer "))).toBe(true);
	expect(crm.requests.map(({ path, authorization }) => [path, authorization])).toContainEqual(["/elsewhere", undefined]);
	expect(crm.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test("RP-08: what answers in the issuer's place is not sent the secret", async () => {
	await using company = await start();
	const { issuer, orders } = company;
	for (const metadata of [
		{ issuer: "https://evil.test", token_endpoint: `${issuer.url}/token`, authorization_endpoint: `${issuer.url}/authorize` },
		{ issuer: issuer.url, token_endpoint: `${orders.resource}/token`, authorization_endpoint: `${issuer.url}/authorize` },
	]) {
		issuer.answer("discovery", { body: metadata });
		expect(await machineOf(issuer).fetch(orders.resource).catch(codeOf)).toBe("issuer_mismatch");
	}
	expect([issuer.calls.token, orders.requests]).toEqual([0, []]);
	expect((await machineOf(issuer).fetch(orders.resource)).status).toBe(200);
});
