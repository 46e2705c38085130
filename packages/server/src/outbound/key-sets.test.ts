import type { PublicJwk } from "@gatehouse/protocol";
import { expect, test } from "vitest";
import { type Answer, openStranger } from "../../test/strangers.ts";
import { type Client, resolveClient } from "../model/index.ts";
import { createOutbound } from "./create-outbound.ts";
import { createKeySets } from "./key-sets.ts";
import { type OutboundAnswer, OutboundFailure } from "./outbound.ts";

const second = 1_000;
const minute = 60 * second;
const start = Date.parse("2026-11-21T12:00:00Z");
const uri = "https://rp.example/jwks";

const key = (kid: string): PublicJwk => ({ kty: "EC", crv: "P-256", x: "x", y: "y", kid });
const answer = (body: unknown, status = 200): OutboundAnswer => ({
	status,
	mediaType: "application/json",
	body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});

function client(id: string, metadata: object): Client {
	return resolveClient({
		id,
		metadata: { client_id: id, ...metadata },
		secrets: [],
		managedBy: "file",
		held: false,
		createdAt: 0,
		updatedAt: 0,
	});
}

/** A client that publishes what a test says, and how often it was asked. */
function publisher(publish: () => OutboundAnswer | Promise<OutboundAnswer>) {
	const asked: string[] = [];
	const keysOf = createKeySets({
		outbound: {
			get: async (url) => {
				asked.push(url);
				return publish();
			},
		},
	});
	const app = client("app", { jwks_uri: uri });
	return { asked, kids: async (kid: string | undefined, now: number) => (await keysOf(app, kid, now)).map((known) => known.kid) };
}

test("keys that stand in the metadata are those; a client without any has none; nobody is called for either", async () => {
	const keysOf = createKeySets({ outbound: { get: () => Promise.reject(new Error("nobody was to be called")) } });
	expect(await keysOf(client("a", { jwks: { keys: [key("1")] } }), "2", start)).toEqual([key("1")]);
	expect(await keysOf(client("b", {}), "1", start)).toEqual([]);
});

test("published keys are read once for five minutes, and once for all who wait", async () => {
	const { asked, kids } = publisher(() => answer({ keys: [key("1")] }));
	expect(await Promise.all([kids("1", start), kids("1", start), kids(undefined, start)])).toEqual([["1"], ["1"], ["1"]]);
	await kids("1", start + 5 * minute - 1);
	await kids(undefined, start + 5 * minute - 1);
	expect(asked).toEqual([uri]);
	await kids("1", start + 5 * minute);
	expect(asked).toEqual([uri, uri]);
});

test("an unknown kid has the keys read again at once, however fresh they are, and not twice within 30 seconds", async () => {
	let published = [key("1")];
	const { asked, kids } = publisher(() => answer({ keys: published }));
	expect(await kids("1", start)).toEqual(["1"]);
	published = [key("1"), key("2")];
	expect(await kids("2", start + 1)).toEqual(["1", "2"]);
	expect(asked).toHaveLength(2);
	published = [key("3")];
	expect(await kids("3", start + 1 + 30 * second - 1)).toEqual(["1", "2"]);
	expect(asked).toHaveLength(2);
	expect(await kids("3", start + 1 + 30 * second)).toEqual(["3"]);
	expect(asked).toHaveLength(3);
});

test("an unknown kid at the first reading costs no second one", async () => {
	const { asked, kids } = publisher(() => answer({ keys: [key("1")] }));
	for (let at = 0; at < 30; at += 1) expect(await kids("forged", start + at * second)).toEqual(["1"]);
	expect(asked.length).toBeLessThanOrEqual(2);
});

test("where keys cannot be read again, the old ones are believed for an hour and no longer; a failure is not repeated for ten seconds", async () => {
	let works = true;
	const { asked, kids } = publisher(() => {
		if (works) return answer({ keys: [key("1")] });
		throw new OutboundFailure("failed", "did not answer within 3 s");
	});
	await kids("1", start);
	works = false;
	expect(await kids("1", start + 6 * minute)).toEqual(["1"]);
	expect(await kids("2", start + 6 * minute + 1)).toEqual(["1"]);
	expect(asked).toHaveLength(2);
	expect(await kids("1", start + 60 * minute - 1)).toEqual(["1"]);
	await expect(kids("1", start + 60 * minute + 20 * second)).rejects.toThrow("did not answer within 3 s");
	expect(asked).toHaveLength(4);
	await expect(kids("1", start + 60 * minute + 29 * second)).rejects.toThrow("did not answer within 3 s");
	expect(asked).toHaveLength(4);
	works = true;
	expect(await kids("1", start + 60 * minute + 30 * second)).toEqual(["1"]);
});

test("CA-09 as many clients as register themselves make no other client's keys forgotten, and wait among themselves", async () => {
	const asked: (boolean | undefined)[] = [];
	let works = true;
	const keysOf = createKeySets({
		outbound: {
			get: async (_url, { stranger }) => {
				asked.push(stranger);
				if (works) return answer({ keys: [key("1")] });
				throw new OutboundFailure("failed", "did not answer within 3 s");
			},
		},
	});
	const app = client("app", { jwks_uri: uri });
	await keysOf(app, "1", start);
	for (let i = 0; i < 1_000; i += 1) await keysOf({ ...client(`stranger-${i}`, { jwks_uri: uri }), registeredItself: true }, "1", start);
	works = false;
	expect(await keysOf(app, "1", start + 6 * minute)).toEqual([key("1")]);
	expect(asked).toEqual([false, ...Array(1_000).fill(true), false]);
});

test("another jwks_uri is another set of keys", async () => {
	const asked: string[] = [];
	const get = async (url: string) => {
		asked.push(url);
		return answer({ keys: [key(url.slice(-1))] });
	};
	const keysOf = createKeySets({ outbound: { get } });
	const from = async (id: string, end: string) =>
		(await keysOf(client(id, { jwks_uri: `${uri}/${end}` }), end, start)).map(({ kid }) => kid);
	expect([await from("a", "1"), await from("a", "2"), await from("b", "1"), await from("a", "2")]).toEqual([["1"], ["2"], ["1"], ["2"]]);
	expect(asked).toHaveLength(3);
});

test("CA-09 what is no set of public keys is not believed: HTML, a redirect, private keys, none, nonsense", async () => {
	for (const [body, said, status] of [
		["<!doctype html><title>Keys</title>", /no JWK set/],
		[{ keys: [key("1")] }, /answers 302/, 302],
		[{ keys: [key("1")] }, /answers 500/, 500],
		[{ keys: [{ ...key("1"), d: "d" }] }, /private or a shared key/],
		[{ keys: [{ kty: "oct", k: "secret" }] }, /private or a shared key/],
		[{ keys: [] }, /holds no key/],
		[{ keys: Array.from({ length: 21 }, (_, index) => key(`${index}`)) }, /more than 20 keys/],
		[{ keys: [null] }, /no JWK set/],
		[{ keys: "all" }, /no JWK set/],
		["null", /no JWK set/],
		["[]", /no JWK set/],
		["\ud800", /no JWK set/],
	] as const) {
		const { kids } = publisher(() => answer(body, status));
		await expect(kids("1", start), JSON.stringify(body)).rejects.toThrow(said);
	}
	expect(await publisher(() => answer({ keys: [key("1")] })).kids("1", start)).toEqual(["1"]);
});

test("CA-09 a jwks_uri that hangs, redirects or floods fails within 3 seconds, is not followed, and holds nobody else up", async () => {
	const published: Answer = (_request, response) => response.end(JSON.stringify({ keys: [key("1")] }));
	const over = new AbortController();
	const waited: number[] = [];
	await using honest = await openStranger(published);
	await using bad = await openStranger((request, response) => {
		if (request.url === "/redirect") response.writeHead(302, { location: `http://${honest.host}/` }).end();
		else if (request.url === "/flood") response.end(Buffer.alloc(10 * 1024 * 1024, " "));
		else reached();
	});
	let reached: () => void = () => {};
	const wasReached = new Promise<void>((resolve) => {
		reached = resolve;
	});
	const outbound = createOutbound({
		loopback: true,
		allow: [],
		deadline(ms) {
			waited.push(ms);
			return over.signal;
		},
	});
	const keysOf = createKeySets({ outbound });
	const at = (path: string, host = bad.host) => keysOf(client(path, { jwks_uri: `http://${host}/${path}` }), "1", start);
	await expect(at("redirect")).rejects.toThrow("answers 302, not with a JWK set");
	await expect(at("flood")).rejects.toThrow("answers with more than 64 KB");
	const hanging = expect(at("hang")).rejects.toThrow("did not answer within 3 s");
	await wasReached;
	expect(await at("honest", honest.host)).toEqual([key("1")]);
	over.abort();
	await hanging;
	expect([...new Set(waited), honest.connections()]).toEqual([3_000, 1]);
	await outbound.close();
});
