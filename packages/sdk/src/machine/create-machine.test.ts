import { inspect } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeWorld } from "../../test/fake-world.ts";
import type { AuthError } from "../client/auth-error.ts";
import { createMachineIn } from "./create-machine.ts";
import type { Machine } from "./machine.ts";
import type { MachineOptions } from "./options.ts";

const issuer = "https://auth.acme.test";
const orders = "https://orders.acme.test";
const crm = "https://crm.acme.test";
const tokenUrl = `${issuer}/token`;
const metadata = { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: tokenUrl };
const secret = "canary-secret";

let world: FakeWorld;
/** How many seconds tokens live; absent when the issuer does not say. */
let lifetime: number | undefined;
/** Takes the place of the honest answers. */
let atToken: (form: URLSearchParams) => Response | Promise<Response>;
let atApi: (request: Request) => Response | Promise<Response>;
let given: number;
/** What the APIs were sent. */
let sent: { readonly url: string; readonly token: string | null; readonly body: string }[];

const honest = (form: URLSearchParams) => {
	const scope = form.get("scope") ?? "orders.read";
	return Response.json({ access_token: `token-${++given}`, token_type: "Bearer", expires_in: lifetime, scope });
};
const fails = (status: number, headers: Record<string, string> = {}) => new Response("", { status, headers });
const unreachable = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }));
const invalidToken = () => fails(401, { "www-authenticate": 'Bearer error="invalid_token"' });

beforeEach(() => {
	[world, lifetime, given, sent] = [new FakeWorld(), 600, 0, []];
	atToken = honest;
	atApi = () => new Response("ok");
	world.answer = (url, init) => {
		if (url === `${issuer}/.well-known/openid-configuration`) return Response.json(metadata);
		return url === tokenUrl ? atToken(new URLSearchParams(String(init.body))) : fails(404);
	};
});

function made(more: Partial<MachineOptions> = {}): Machine {
	const fetch: typeof globalThis.fetch = async (to, init) => {
		if (typeof to === "string") return world.fetch(to, init ?? {});
		const request = new Request(to, init);
		const { url, headers } = request;
		sent.push({ url, token: headers.get("authorization"), body: await request.clone().text() });
		return atApi(request);
	};
	const { randomBytes, digest, wall, steady, sleep } = world;
	return createMachineIn(
		{ issuer, clientId: "night-job", clientAuth: secret, ...more },
		{ randomBytes, digest, wall, steady, sleep, fetch },
	);
}

const asked = () => world.count(tokenUrl);
const codeOf = (error: AuthError) => error.code;
/** Lets everything go on that waits for nothing but its turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The token endpoint answers nothing until told to go on. */
function hold(): () => void {
	let go = () => {};
	const held = new Promise<void>((resolve) => {
		go = resolve;
	});
	atToken = (form) => held.then(() => honest(form));
	return go;
}

describe("a token", () => {
	test("is asked for in the machine's own name, for one API, and no refresh token is kept (RFC 6749 §4.4)", async () => {
		atToken = (form) => {
			expect(Object.fromEntries(form)).toEqual({ grant_type: "client_credentials", resource: orders, scope: "orders.read" });
			return Response.json({ access_token: "a", token_type: "Bearer", expires_in: 600, scope: "orders.read", refresh_token: "canary" });
		};
		const token = await made().token({ resource: orders, scope: "orders.read" });
		expect(token).toEqual({ accessToken: "a", scope: ["orders.read"], expiresIn: 600 });
		expect(atob(new Headers(world.asked.at(-1)?.init.headers).get("authorization")!.slice(6))).toBe(`night-job:${secret}`);
	});

	test("is one for each resource and scope, whatever the order of its words, and each API gets its own", async () => {
		const machine = made({ resources: { [crm]: { scope: "crm.read" } } });
		const tokens = await Promise.all([
			machine.token({ resource: orders }),
			machine.token({ resource: orders, scope: "a b" }),
			machine.token({ resource: orders, scope: "b a" }),
			machine.token({ resource: crm }),
			machine.token({ resource: crm, scope: "crm.read" }),
			machine.token({ resource: crm, scope: "crm.write" }),
		]);
		expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(4);
		expect(asked()).toBe(4);
		expect(tokens[3]?.scope).toEqual(["crm.read"]);
	});

	test("costs one request, however many ask at a cold start", async () => {
		const machine = made();
		const tokens = await Promise.all(Array.from({ length: 1000 }, () => machine.token({ resource: orders })));
		expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(["token-1"]));
		expect(world.asked.map(({ url }) => url)).toEqual([`${issuer}/.well-known/openid-configuration`, tokenUrl]);
	});

	test("is replaced in the last third of its life while it serves on, and nobody waits", async () => {
		const machine = made();
		await machine.token({ resource: orders });
		world.pass(399_000);
		await machine.token({ resource: orders });
		expect(asked()).toBe(1);
		const go = hold();
		world.pass(2_000);
		for (let call = 0; call < 100; call++) expect((await machine.token({ resource: orders })).accessToken).toBe("token-1");
		await turn();
		expect(asked()).toBe(2);
		go();
		await turn();
		expect(await machine.token({ resource: orders })).toMatchObject({ accessToken: "token-2", expiresIn: 600 });
		expect(asked()).toBe(2);
	});

	test("is good for as long as it is needed, or for nine tenths of what tokens live", async () => {
		const machine = made();
		await machine.token({ resource: orders });
		world.pass(350_000);
		expect((await machine.token({ resource: orders, minTtl: 250 })).accessToken).toBe("token-1");
		expect((await machine.token({ resource: orders, minTtl: 251 })).accessToken).toBe("token-2");
		world.pass(60_000);
		for (let call = 0; call < 100; call++) await machine.token({ resource: orders, minTtl: 86_400 });
		expect(asked()).toBe(2);
		world.pass(1_000);
		expect((await machine.token({ resource: orders, minTtl: 86_400 })).accessToken).toBe("token-3");
	});

	test("that lives shorter than the usual call serves too, and one without a lifetime serves an hour", async () => {
		lifetime = 20;
		const machine = made();
		for (let call = 0; call < 100; call++) await machine.token({ resource: orders });
		expect(asked()).toBe(1);
		lifetime = undefined;
		world.pass(20_000);
		expect((await machine.token({ resource: orders })).expiresIn).toBe(3600);
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-2");
	});

	test("counts from when it was asked for: a slow answer makes it older", async () => {
		atToken = (form) => {
			world.pass(7_000);
			return honest(form);
		};
		expect((await made().token({ resource: orders })).expiresIn).toBe(593);
	});
});

describe("F-36: clocks", () => {
	test("the machine slept: the steady clock stood still, the other tells", async () => {
		const machine = made();
		await machine.token({ resource: orders });
		world.now += 3_600_000;
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-2");
	});

	test("the wall clock is set back by a day: the steady one tells", async () => {
		const machine = made();
		await machine.token({ resource: orders });
		world.now -= 86_400_000;
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-1");
		world.pass(600_000);
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-2");
	});
});

describe("an issuer that asks to wait", () => {
	test("for long is left alone by all who wait, for every API, and each is told for how long", async () => {
		atToken = () => fails(429, { "retry-after": "60" });
		const machine = made();
		const wait = (resource: string) => machine.token({ resource }).catch((error: AuthError) => [error.code, error.retryAfter]);
		const told = await Promise.all(Array.from({ length: 1000 }, () => wait(orders)));
		expect(new Set(told.map(String))).toEqual(new Set(["temporarily_unavailable,60"]));
		expect(asked()).toBe(1);
		atToken = honest;
		for (let second = 0; second < 54; second++) {
			world.pass(1_000);
			expect(String(await wait(orders))).toContain("temporarily_unavailable");
			expect(String(await wait(crm))).toContain("temporarily_unavailable");
		}
		expect(asked()).toBe(1);
		// The last five seconds are waited for.
		world.pass(9_000);
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-1");
	});

	test("for a moment is asked again by one for all, and nobody sees it", async () => {
		let busy = true;
		atToken = (form) => {
			if (!busy) return honest(form);
			busy = false;
			return fails(503, { "retry-after": "2" });
		};
		const machine = made();
		const tokens = await Promise.all(Array.from({ length: 1000 }, () => machine.token({ resource: orders })));
		expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(["token-1"]));
		expect(asked()).toBe(2);
		expect(world.slept).toContain(2_000);
	});

	test("for ever is waited for five minutes at most", async () => {
		atToken = () => fails(429, { "retry-after": "99999999" });
		const machine = made();
		await expect(machine.token({ resource: orders })).rejects.toMatchObject({ retryAfter: 300 });
		atToken = honest;
		world.pass(300_000);
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-1");
	});
});

describe("F-41: the issuer is away", () => {
	const away: Readonly<Record<string, () => Response | Promise<Response>>> = {
		"nobody answers": unreachable,
		"status 500": () => fails(500),
		"a page of HTML": () => new Response("<html>maintenance</html>"),
		"JSON without a token": () => Response.json({ hello: 1 }),
	};

	test.each(Object.entries(away))("%s: retryable at the start, and well again without a restart", async (_, answer) => {
		atToken = answer;
		const machine = made();
		await expect(machine.token({ resource: orders })).rejects.toMatchObject({ code: "issuer_unreachable", retryable: true });
		atToken = honest;
		world.pass(1_000);
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-1");
	});

	test.each(Object.entries(away))(
		"%s for an hour: the token at hand serves to its end, then it is said, and asked for seldom",
		async (_, answer) => {
			const machine = made();
			await machine.token({ resource: orders });
			const begun = world.now;
			atToken = answer;
			while (world.now - begun < 568_000) {
				world.pass(1_000);
				expect((await machine.token({ resource: orders })).accessToken).toBe("token-1");
				await turn();
			}
			world.pass(3_000);
			while (world.now - begun < 3_600_000) {
				await expect(machine.token({ resource: orders })).rejects.toMatchObject({ code: "issuer_unreachable" });
				world.pass(1_000);
			}
			// Three tries, every eight seconds, from the last third of the token's life on.
			expect(asked()).toBeLessThan(((3_600 - 400) / 8) * 3 + 12);
			atToken = honest;
			world.pass(8_000);
			expect((await machine.token({ resource: orders })).accessToken).toBe("token-2");
		},
	);

	test("a thousand callers of a failure are told at once, and soon it is tried again: 1, 2, 4, 8, 8 seconds", async () => {
		atToken = () => fails(400);
		const machine = made();
		const ask = () => machine.token({ resource: orders }).catch(codeOf);
		const codes = await Promise.all(Array.from({ length: 1000 }, ask));
		expect(new Set(codes)).toEqual(new Set(["issuer_unreachable"]));
		const pauses: number[] = [];
		for (let tries = 1; tries < 6; tries++) {
			expect(asked()).toBe(tries);
			let halves = 0;
			for (; asked() === tries; halves++) {
				world.pass(500);
				expect(await ask()).toBe("issuer_unreachable");
			}
			pauses.push(halves / 2);
		}
		expect(pauses).toEqual([1, 2, 4, 8, 8]);
	});

	test("a token is never made up: nothing at all is sent to the API", async () => {
		atToken = unreachable;
		await expect(made().fetch(`${orders}/orders`)).rejects.toMatchObject({ code: "issuer_unreachable" });
		expect(sent).toEqual([]);
	});
});

describe("CA-01: what the issuer refuses", () => {
	test.each([
		["invalid_client", 401],
		["invalid_scope", 400],
		["invalid_target", 400],
		["unauthorized_client", 400],
	])("by %s is told as that, is not retryable, is not asked for by each call, and is over when it is mended", async (error, status) => {
		atToken = () => Response.json({ error, error_description: "Not so.", trace_id: "trace-1" }, { status });
		const machine = made();
		for (let call = 0; call < 100; call++)
			await expect(machine.token({ resource: orders })).rejects.toMatchObject({ code: error, retryable: false, traceId: "trace-1" });
		expect(asked()).toBe(1);
		atToken = honest;
		world.pass(1_000);
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-1");
	});

	test("for one API says nothing of another", async () => {
		atToken = (form) => (form.get("resource") === crm ? Response.json({ error: "invalid_target" }, { status: 400 }) : honest(form));
		const machine = made();
		await expect(machine.token({ resource: crm })).rejects.toMatchObject({ code: "invalid_target" });
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-1");
	});

	test("a secret that is replaced serves from the next request on, without a restart", async () => {
		let current = "old";
		const accepted = new Set(["old", "new"]);
		atToken = (form) => {
			const [, shown = ""] = atob(new Headers(world.asked.at(-1)?.init.headers).get("authorization")!.slice(6)).split(":");
			return accepted.has(shown) ? honest(form) : Response.json({ error: "invalid_client" }, { status: 401 });
		};
		const machine = made({ clientAuth: () => current });
		await machine.token({ resource: orders });
		current = "new";
		accepted.delete("old");
		world.pass(600_000);
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-2");
	});

	test("a secret that cannot be had is told as that, and asked for again", async () => {
		let locked = true;
		const clientAuth = async () => {
			if (locked) throw Object.assign(new Error(`the vault says ${secret}`), { code: "ECONNREFUSED" });
			return secret;
		};
		const machine = made({ clientAuth });
		const error: unknown = await machine.token({ resource: orders }).catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ code: "secret_unavailable", retryable: true, message: expect.stringContaining("ECONNREFUSED") });
		expect(inspect(error, { depth: 9 })).not.toContain(secret);
		locked = false;
		world.pass(1_000);
		expect((await machine.token({ resource: orders })).accessToken).toBe("token-1");
	});
});

describe("a call", () => {
	test("carries the token of the API that it goes to: the longest prefix, else its own origin", async () => {
		const machine = made({ resources: { [crm]: { urls: ["https://gateway.acme.test/crm"], scope: "crm.read" } } });
		for (const url of [
			"https://gateway.acme.test/crm/customers",
			`${crm}/customers`,
			new URL(`${orders}/orders`),
			new Request(`${orders}/x`),
		])
			expect(await (await machine.fetch(url)).text()).toBe("ok");
		expect(sent.map(({ url, token }) => [new URL(url).host, token])).toEqual([
			["gateway.acme.test", "Bearer token-1"],
			["crm.acme.test", "Bearer token-1"],
			["orders.acme.test", "Bearer token-2"],
			["orders.acme.test", "Bearer token-2"],
		]);
		const forms = world.asked.flatMap(({ init: { body } }) => (body ? [new URLSearchParams(String(body)).get("resource")] : []));
		expect(forms).toEqual([crm, orders]);
	});

	test("without TLS, or to no address at all, takes no token with it", async () => {
		const machine = made();
		for (const url of ["http://orders.acme.test/orders", "ftp://orders.acme.test/x", "data:text/plain,x"])
			expect(await machine.fetch(url).catch(codeOf), url).toBe("insecure_url");
		for (const url of ["/orders", "", undefined, {}]) expect(await machine.fetch(url as string).catch(codeOf)).toBe("invalid_option");
		expect([sent, world.asked]).toEqual([[], []]);
		expect((await machine.fetch("http://orders.localhost:4002/orders")).status).toBe(200);
	});

	test("that is refused as invalid is made once more with a fresh token, when its body can be sent again", async () => {
		const machine = made();
		atApi = ({ headers }) => (headers.get("authorization") === "Bearer token-1" ? invalidToken() : new Response("ok"));
		expect((await machine.fetch(orders, { method: "POST", body: "x" })).status).toBe(200);
		expect(sent).toEqual([
			{ url: `${orders}/`, token: "Bearer token-1", body: "x" },
			{ url: `${orders}/`, token: "Bearer token-2", body: "x" },
		]);
	});

	test.each<[string, () => unknown]>([
		["a stream", () => new Blob(["x"]).stream()],
		[
			"what is made while it is read",
			() =>
				(async function* () {
					yield new TextEncoder().encode("x");
				})(),
		],
	])("whose body is %s is made once", async (_, body) => {
		atApi = invalidToken;
		const init = { method: "POST", body: body() as ReadableStream, duplex: "half" } as RequestInit;
		expect((await made().fetch(orders, init)).status).toBe(401);
		expect(sent.map((one) => one.body)).toEqual(["x"]);
		expect(asked()).toBe(1);
	});

	test("refused together with a hundred others costs one fresh token, and an API that refuses all costs one in five seconds", async () => {
		const machine = made();
		await machine.token({ resource: orders });
		atApi = ({ headers }) => (headers.get("authorization") === "Bearer token-1" ? invalidToken() : new Response("ok"));
		const answers = await Promise.all(Array.from({ length: 100 }, () => machine.fetch(orders)));
		expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
		expect(asked()).toBe(2);
		atApi = invalidToken;
		for (let call = 0; call < 100; call++) {
			expect((await machine.fetch(orders)).status).toBe(401);
			world.pass(100);
		}
		expect(asked()).toBeLessThanOrEqual(5);
	});

	test("that is called off does not wait for a token, and the others do", async () => {
		const go = hold();
		const machine = made();
		const abort = new AbortController();
		const [first, second] = [machine.fetch(orders, { signal: abort.signal }), machine.fetch(orders)];
		await turn();
		abort.abort(new Error("too late"));
		await expect(first).rejects.toThrow("too late");
		await expect(machine.fetch(new Request(crm, { signal: AbortSignal.abort(new Error("before")) }))).rejects.toThrow("before");
		go();
		expect((await second).status).toBe(200);
		expect(asked()).toBe(1);
	});
});

test("strangers' addresses do not fill the memory", async () => {
	const machine = made();
	await machine.token({ resource: orders });
	for (let number = 0; number < 1_000; number++) await machine.token({ resource: `https://api-${number}.acme.test` });
	expect((await machine.token({ resource: `https://api-999.acme.test` })).accessToken).toBe("token-1001");
	expect((await machine.token({ resource: orders })).accessToken).toBe("token-1002");
});

test("AD-09, PG-15: neither the machine nor an error of its holds the secret or a token", async () => {
	const machine = made();
	const { accessToken } = await machine.token({ resource: orders });
	const errors: unknown[] = [];
	for (const answer of [
		unreachable,
		() => fails(500),
		() => Response.json({ error: "invalid_client" }, { status: 401 }),
		() => fails(429, { "retry-after": "9" }),
	]) {
		atToken = answer;
		world.pass(700_000);
		errors.push(await machine.token({ resource: orders }).catch((error: unknown) => error));
		errors.push(await machine.fetch(orders).catch((error: unknown) => error));
	}
	for (const told of [machine, ...errors]) {
		const text = `${inspect(told, { depth: 9, showHidden: true })} ${JSON.stringify(told)} ${(told as Error).stack}`;
		for (const canary of [secret, btoa(`night-job:${secret}`), accessToken]) expect(text).not.toContain(canary);
	}
});
