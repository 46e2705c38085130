import { randomBytes } from "node:crypto";
import { type Api, createApi } from "@gatehouse/sdk/resource-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeyRotation } from "../../packages/server/src/jobs/rotate-keys.ts";
import { publishedBefore, type Rotation, rotateKeys } from "../../packages/server/src/management/keys.ts";
import { managing } from "../../packages/server/src/managing.ts";
import { isActive, refresh, signedIn, type Tokens, token } from "../../packages/server/test/flow.ts";
import { clients, crm, type House, issuer, openHouse, orders } from "../../packages/server/test/house.ts";
import { scratchFolder } from "../process.ts";

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;
/** How far the clock moves at once. */
const step = 20 * second;

/** Two replicas, and APIs that have been verifying since before anything was rotated; the clock is the test's. */
let replicas: readonly [House, House];
let verifiers: readonly Verifier[];
let person: Tokens;
const folder = scratchFolder();
const rotateAfter = day;

interface Verifier {
	readonly name: string;
	readonly apis: ReadonlyMap<string, Api>;
}

/** A token that was issued, and until when it is good. */
interface Issued {
	readonly token: string;
	readonly resource: string;
	readonly kid: string;
	readonly until: number;
}

let live: Issued[];
/** Everybody who did not take a good token, and when. */
let refusals: string[];
let verified: number;
/** Whether the issuer's answers to the late verifier are late. Without any keys it would wait for them, and so would the test. */
let delayed = false;
/** Answers of the issuer that are on their way: the steps that they have yet to wait, and what lets them arrive. */
let underway: { left: number; readonly arrive: () => void }[];

beforeAll(async () => {
	const file = { masterKey: randomBytes(32).toString("base64url"), signing: { rotateAfter: "1d" } };
	const alterations = { store: `sqlite:${folder.path}/gatehouse.db`, file };
	replicas = [await openHouse(alterations), await openHouse(alterations)];
	// The clock of the other one is behind.
	replicas[0].wait(2 * step);
	[live, refusals, verified, underway] = [[], [], 0, []];
	verifiers = [verifierOf("a verifier", 0), verifierOf("a verifier whose answers come a minute late", 3)];
	await begin();
});
afterAll(async () => {
	for (const house of replicas) await house[Symbol.asyncDispose]();
	folder[Symbol.dispose]();
});

const now = () => replicas[0].now();

/** Asks one replica after the other; the answer is what the replica says now, and arrives so many steps later. */
function verifierOf(name: string, late: number): Verifier {
	let asked = 0;
	const fetch = async (url: string) => {
		const house = replicas[asked++ % 2]!;
		const { statusCode, body, headers } = await house.request({ url: new URL(url).pathname });
		if (late > 0 && delayed) await new Promise<void>((arrive) => underway.push({ left: late, arrive }));
		return new Response(body, { status: statusCode, headers: { "cache-control": String(headers["cache-control"]) } });
	};
	const apiOf = (resource: string) =>
		createApi({ issuer, resource, fetch, now, monotonic: now, onError: () => refusals.push(`${name}: no keys`) });
	return { name, apis: new Map([crm, orders].map((resource) => [resource, apiOf(resource)])) };
}

/** A token of the machine, by one replica for one API. */
async function issue(house: House, resource: string): Promise<void> {
	const answer = await token(house, clients.night, { grant_type: "client_credentials", resource });
	const { access_token, expires_in } = answer.json();
	const { kid } = JSON.parse(Buffer.from(access_token.split(".")[0], "base64url").toString());
	live.push({ token: access_token, resource, kid, until: now() + expires_in * second - minute });
}

/** Everyone is shown the token, as those do who hold it. */
async function show({ token, resource, kid }: Issued): Promise<void> {
	for (const { name, apis } of verifiers) {
		const told = await apis
			.get(resource)!
			.verify({ headers: { authorization: `Bearer ${token}` } })
			.then(
				() => undefined,
				({ message }: Error) => message,
			);
		if (told !== undefined) refusals.push(`${new Date(now()).toISOString()} ${name} refused ${kid}: ${told}`);
		verified++;
	}
}

/** The load of one moment: tokens of both replicas, for both APIs, and all that are still good are used, everywhere. */
async function load(): Promise<void> {
	live = live.filter(({ until }) => now() < until);
	await Promise.all(replicas.flatMap((house) => [crm, orders].map((resource) => issue(house, resource))));
	await Promise.all(live.map(show));
	// The issuer itself: the oldest and the newest, each by the replica that may not have issued it.
	const [oldest, newest] = [live.find(({ resource }) => resource === crm), live.findLast(({ resource }) => resource === crm)];
	for (const [index, one] of [oldest, newest].entries())
		if (one && !(await isActive(replicas[index]!, one.token))) refusals.push(`introspection refused ${one.kid}`);
	const renewed = await refresh(replicas[0], clients.portal, person.refresh_token);
	person = { ...person, ...renewed.json() };
	for (const house of replicas) {
		const { statusCode } = await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${person.access_token}` } });
		if (statusCode !== 200) refusals.push(`userinfo answered ${statusCode}`);
	}
}

/** Whatever is on its way arrives. */
async function arrive(): Promise<void> {
	delayed = false;
	for (const one of underway.splice(0)) one.arrive();
	await new Promise(setImmediate);
}

/** Everybody looks at the keys for the first time, or for the first time since they slept. */
async function begin(): Promise<void> {
	await arrive();
	live = [];
	person = await signedIn(replicas[1], clients.portal, { scope: "openid profile offline_access" });
	await load();
	delayed = true;
}

/** Time passes under load. The other replica learns later than the first, and every minute each runs its job. */
async function pass(ms: number): Promise<void> {
	for (let passed = 0; passed < ms; passed += step) {
		for (const house of replicas) house.wait(step);
		if (passed % minute === 0)
			await Promise.all(replicas.map(({ gatehouse, now }) => createKeyRotation(managing(gatehouse.ground, "job"), rotateAfter)(now())));
		for (const house of replicas) {
			await house.gatehouse.refresh();
			await load();
		}
		for (const one of underway) if (one.left-- <= 0) one.arrive();
		underway = underway.filter(({ left }) => left >= 0);
	}
}

const byCommand = (rotation: Rotation) => rotateKeys(managing(replicas[0].gatehouse.ground, "operator"), rotation, now());
const kidsOf = (resource: string) => new Set(live.filter((one) => one.resource === resource).map(({ kid }) => kid));
const signs = () => Object.fromEntries([crm, orders].map((resource) => [resource, live.findLast((one) => one.resource === resource)?.kid]));

describe("F-34 J11 keys rotate under load, and nobody refuses a good token:", () => {
	test("by command, once the next key was published for ten minutes", async () => {
		await pass(minute);
		const before = signs();
		await byCommand("published");
		await pass(publishedBefore - 2 * minute);
		expect(signs()).toEqual(before);
		await pass(4 * minute);
		for (const resource of [crm, orders]) {
			expect(signs()[resource]).not.toBe(before[resource]);
			expect(kidsOf(resource)).toEqual(new Set([before[resource], signs()[resource]]));
		}
		await pass(10 * minute);
		expect(refusals).toEqual([]);
	});

	test("by command, at once, with the key that stood by", async () => {
		const before = signs();
		await byCommand("now");
		await pass(step);
		expect(signs()[crm]).not.toBe(before[crm]);
		await pass(12 * minute);
		expect(refusals).toEqual([]);
	});

	test("by age, after a day in which the APIs had nothing to do", async () => {
		await arrive();
		for (const house of replicas) house.wait(day);
		await begin();
		await pass(minute);
		const before = signs();
		await pass(publishedBefore - 2 * minute);
		expect(signs()).toEqual(before);
		await pass(4 * minute);
		expect(signs()[crm]).not.toBe(before[crm]);
		expect(signs()[orders]).not.toBe(before[orders]);
		const events = await replicas[0].gatehouse.ground.store.events.list({ limit: 4, type: "key.rotated" });
		expect(events.map(({ actor }) => actor)).toEqual(["job", "job", "job", "job"]);
		expect(refusals).toEqual([]);
	});

	test("and all of them were asked, thousands of times", () => {
		expect(verified).toBeGreaterThan(10_000);
	});
});

test("I20 a key is published for longer than anybody may go without looking at the set", async () => {
	const { headers } = await replicas[0].request({ url: "/.well-known/jwks.json" });
	const { "cache-control": metadata } = (await replicas[0].request({ url: "/.well-known/openid-configuration" })).headers;
	const [, maxAge] = /^public, max-age=(\d+)$/.exec(String(headers["cache-control"])) ?? [];
	expect(2 * Number(maxAge) * second).toBeLessThanOrEqual(publishedBefore);
	expect(metadata).toBe(headers["cache-control"]);
});

test("`--now --revoke`: what the former key signed is refused in the same step, hints too; by APIs once they look at the set again", async () => {
	await begin();
	// Those for the other API live no longer than APIs go without looking.
	const stolen = live.filter(({ resource }) => resource === crm);
	const { access_token, id_token } = await signedIn(replicas[0], clients.portal, { scope: "openid crm.read", resource: crm });
	const hinted = (house: House) => house.gatehouse.ground.tokens.tokenIssuer.verifyIdTokenHint(id_token, now());
	for (const house of replicas) expect([hinted(house) !== undefined, await isActive(house, access_token)]).toEqual([true, true]);
	await byCommand("revoke");
	for (const house of replicas) {
		await house.gatehouse.refresh();
		expect([hinted(house), await isActive(house, access_token)]).toEqual([undefined, false]);
		const { keys } = (await house.request({ url: "/.well-known/jwks.json" })).json();
		for (const { kid } of stolen) expect(keys.map((key: { readonly kid: string }) => key.kid)).not.toContain(kid);
	}
	for (const house of replicas) house.wait(5 * minute);
	refusals = [];
	await begin();
	// The set that was stale is fetched beside the first token: the next one meets the new set.
	await begin();
	// The honest twin: what was issued since is good everywhere.
	expect(refusals).toEqual([]);
	await arrive();
	for (const one of stolen) await show(one);
	expect(refusals.map((refusal) => refusal.split(": ").at(-1))).toEqual(
		Array.from({ length: stolen.length * verifiers.length }, () => "The token is signed by no key of the issuer."),
	);
});
