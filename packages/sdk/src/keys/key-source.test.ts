import { exportJWK, generateSecret } from "jose";
import { afterEach, expect, test, vi } from "vitest";
import { bearer, type Issuer, issuer, keysUrl, newIssuer, newKey, verdict } from "../../test/issuer.ts";

afterEach(() => {
	vi.useRealTimers();
});

/** Lets everything go on that waits for nothing but its turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** An issuer that answers nothing until told to go on. */
function hold(auth: Issuer): () => Promise<void> {
	const waiting: (() => void)[] = [];
	auth.answer = (url) => new Promise((resolve) => waiting.push(() => resolve(auth.honestAnswer(url))));
	return async () => {
		auth.answer = (url) => auth.honestAnswer(url);
		for (const go of waiting.splice(0)) go();
		await turn();
	};
}

const down = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:4000") }));

test("nothing is fetched before the first token, and 1 000 of them at once fetch discovery and keys once", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const tokens = await Promise.all(Array.from({ length: 1000 }, () => auth.token()));
	expect(auth.asked).toEqual([]);
	const verdicts = await Promise.all(tokens.map((token) => verdict(api, token)));
	expect(new Set(verdicts)).toEqual(new Set(["alice"]));
	expect(auth.asked).toEqual([`${issuer}/.well-known/oauth-authorization-server`, keysUrl]);
});

test("tokens whose keys are known are judged in the same turn", async () => {
	const auth = await newIssuer();
	const guard = auth.api().guard();
	const request = { ...bearer(await auth.token()), auth: undefined as unknown };
	await guard.verify(request);
	const answered: string[] = [];
	const response = { statusCode: 0, setHeader: () => answered.push("header"), end: () => answered.push("end") };
	guard(request as never, response, () => answered.push("next"));
	expect(answered).toEqual(["next"]);
	guard({ headers: {} }, response, () => answered.push("next"));
	expect(answered.at(-1)).toBe("end");
	expect(response.statusCode).toBe(401);
});

test("RS-11 100 000 tokens with unknown kids: one refetch in 30 seconds, while valid tokens keep passing", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const honest = await auth.token();
	expect(await verdict(api, honest)).toBe("alice");
	const [, body, tail] = honest.split(".");
	let number = 0;
	const unknown = () =>
		`${Buffer.from(JSON.stringify({ alg: "ES256", typ: "at+jwt", kid: `k${number++}` })).toString("base64url")}.${body}.${tail}`;
	for (let wave = 0; wave < 50; wave++) {
		const verdicts = await Promise.all(Array.from({ length: 2000 }, () => verdict(api, unknown())));
		expect(new Set(verdicts)).toEqual(new Set(["invalid_token"]));
		expect(await verdict(api, honest)).toBe("alice");
		auth.clock.pass(0.5);
	}
	expect(auth.keyFetches).toBe(2);
	auth.clock.pass(5);
	expect(await verdict(api, unknown())).toBe("invalid_token");
	expect(auth.keyFetches).toBe(3);
	const second = await newKey("ES256", "second");
	auth.jwks = { keys: [auth.key.jwk, second.jwk] };
	expect(await verdict(api, await auth.token({}, {}, second))).toBe("invalid_token");
	auth.clock.pass(30);
	expect(await verdict(api, await auth.token({}, {}, second))).toBe("alice");
	expect(auth.keyFetches).toBe(4);
});

test("RS-11 unknown kids at the very start share the first fetch and open the cool-down", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const tokens = await Promise.all(Array.from({ length: 100 }, (_, index) => auth.token({}, { kid: `k${index}` })));
	await Promise.all(tokens.map((token) => verdict(api, token)));
	for (const token of tokens) expect(await verdict(api, token)).toBe("invalid_token");
	expect(auth.keyFetches).toBe(1);
	expect(await verdict(api, await auth.token())).toBe("alice");
});

test("RS-11 the wall clock has no say in the cool-down", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	expect(await verdict(api, await auth.token())).toBe("alice");
	expect(await verdict(api, await auth.token({}, { kid: "x" }))).toBe("invalid_token");
	auth.clock.wall += 3600_000;
	expect(await verdict(api, await auth.token({}, { kid: "x" }))).toBe("invalid_token");
	expect(auth.keyFetches).toBe(2);
	auth.clock.wall -= 7200_000;
	auth.clock.steady += 30_000;
	expect(await verdict(api, await auth.token({}, { kid: "x" }))).toBe("invalid_token");
	expect(auth.keyFetches).toBe(3);
});

test("RS-11 a slow issuer: known kids pass at once, 1 000 unknown ones wait, the rest is answered without waiting", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const honest = await auth.token();
	expect(await verdict(api, honest)).toBe("alice");
	const go = hold(auth);
	const second = await newKey("ES256", "second");
	auth.jwks = { keys: [auth.key.jwk, second.jwk] };
	const fresh = verdict(api, await auth.token({}, {}, second));
	const token = await auth.token({}, { kid: "unknown" });
	let answered = 0;
	const flood = Array.from({ length: 3000 }, () => verdict(api, token).then(() => answered++));
	await turn();
	expect(answered).toBe(2001);
	expect(await verdict(api, honest)).toBe("alice");
	expect(await verdict(api, await auth.token())).toBe("alice");
	await go();
	expect(await fresh).toBe("alice");
	await Promise.all(flood);
	expect(auth.keyFetches).toBe(2);
});

test("a known kid with another algorithm, or a token without kid that two keys could have signed, asks for no fetch", async () => {
	const auth = await newIssuer();
	const second = await newKey("ES256", "second");
	auth.jwks = { keys: [auth.key.jwk, second.jwk] };
	const api = auth.api();
	expect(await verdict(api, await auth.token())).toBe("alice");
	expect(await verdict(api, await auth.token({}, { kid: undefined }))).toBe("invalid_token");
	expect(await verdict(api, await auth.token({}, {}, { ...(await newKey("EdDSA", "first")) }))).toBe("invalid_token");
	expect(auth.keyFetches).toBe(1);
});

test("two different keys of one kid and algorithm serve nobody, the same key twice does", async () => {
	const auth = await newIssuer();
	const second = await newKey("ES256", "first");
	const spare = await newKey("ES256", "spare");
	auth.jwks = { keys: [auth.key.jwk, second.jwk, spare.jwk] };
	const api = auth.api();
	expect(await verdict(api, await auth.token({}, {}, spare))).toBe("alice");
	for (const key of [auth.key, second]) expect(await verdict(api, await auth.token({}, {}, key))).toBe("invalid_token");
	auth.jwks = { keys: [auth.key.jwk, { ...auth.key.jwk, x5t: "any" }] };
	expect(await verdict(auth.api(), await auth.token())).toBe("alice");
});

test("RS-12 a removed key dies at the next fetch, for remembered tokens too, and the key that stays keeps them", async () => {
	const auth = await newIssuer();
	const second = await newKey("ES256", "second");
	auth.jwks = { keys: [auth.key.jwk, second.jwk] };
	const api = auth.api();
	const [old, lasting] = [await auth.token(), await auth.token({}, {}, second)];
	for (const token of [old, lasting]) expect(await verdict(api, token)).toBe("alice");
	auth.jwks = { keys: [second.jwk] };
	auth.clock.pass(299);
	expect(await verdict(api, old)).toBe("alice");
	expect(auth.keyFetches).toBe(1);
	auth.clock.pass(1);
	await verdict(api, old);
	await turn();
	expect(auth.keyFetches).toBe(2);
	expect(await verdict(api, old)).toBe("invalid_token");
	expect(await verdict(api, lasting)).toBe("alice");
});

test("RS-12 a kid that comes back with other material does not revive the tokens of the former key", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const old = await auth.token();
	expect(await verdict(api, old)).toBe("alice");
	const renewed = await newKey("ES256", "first");
	auth.jwks = { keys: [renewed.jwk] };
	auth.clock.pass(300);
	await verdict(api, old);
	await turn();
	expect(await verdict(api, old)).toBe("invalid_token");
	expect(await verdict(api, await auth.token({}, {}, renewed))).toBe("alice");
});

const poison: Readonly<Record<string, (auth: Issuer) => Promise<Response>>> = {
	html: async () => new Response("<html>maintenance</html>", { headers: { "content-type": "text/html" } }),
	nothing: async () => new Response(null),
	"an empty set": async () => Response.json({ keys: [] }),
	"no list": async () => Response.json({ keys: { first: 1 } }),
	"an array": async () => Response.json([]),
	"only keys of other kinds": async () =>
		Response.json({
			keys: [
				{ kty: "AKP", kid: "pq", alg: "ML-DSA-44", pub: "AA" },
				{ kty: "EC", crv: "P-384", kid: "x" },
			],
		}),
	"more than 64 KB": async (auth) => Response.json({ ...auth.jwks, padding: "x".repeat(65 * 1024) }),
	"5 MB": async (auth) => Response.json({ ...auth.jwks, padding: "x".repeat(5 * 1024 * 1024) }),
	"a symmetric key": async (auth) =>
		Response.json({ keys: [auth.key.jwk, { ...(await exportJWK(await generateSecret("HS256", { extractable: true }))), kid: "mac" }] }),
	"a symmetric key without material": async (auth) => Response.json({ keys: [auth.key.jwk, { kty: "oct", kid: "mac" }] }),
	"a private key": async (auth) => Response.json({ keys: [await exportJWK(auth.key.privateKey), auth.key.jwk] }),
	"status 500": async (auth) => Response.json(auth.jwks, { status: 500 }),
	"status 203": async (auth) => Response.json(auth.jwks, { status: 203 }),
	"a redirect": async () => new Response(null, { status: 302, headers: { location: "https://evil.test/jwks.json" } }),
};

test.each(Object.entries(poison))(
	"RS-12 keys replaced by %s: ignored, the last good ones serve for 24 hours, then 503",
	async (_name, poisoned) => {
		const auth = await newIssuer();
		const api = auth.api();
		const token = () => auth.token();
		expect(await verdict(api, await token())).toBe("alice");
		auth.answer = (url) => (url === keysUrl ? poisoned(auth) : auth.honestAnswer(url));
		let hours = 0;
		for (; hours < 23; hours++) {
			auth.clock.pass(3600);
			await verdict(api, await token());
			await turn();
			await turn();
			expect(await verdict(api, await token())).toBe("alice");
		}
		expect(auth.keyFetches).toBe(24);
		expect(auth.warnings.map(({ code }) => code)).toHaveLength(1);
		auth.clock.pass(3600);
		expect(await verdict(api, await token())).toBe("temporarily_unavailable");
		auth.answer = (url) => auth.honestAnswer(url);
		auth.clock.pass(30);
		expect(await verdict(api, await token())).toBe("alice");
	},
);

test("RS-12 a set of exactly 64 KB is not too large", async () => {
	const auth = await newIssuer();
	const bare = JSON.stringify({ ...auth.jwks, padding: "" }).length;
	for (const [size, expected] of [
		[64 * 1024, "alice"],
		[64 * 1024 + 1, "temporarily_unavailable"],
	] as const) {
		auth.answer = (url) => (url === keysUrl ? Response.json({ ...auth.jwks, padding: "x".repeat(size - bare) }) : auth.honestAnswer(url));
		expect(await verdict(auth.api(), await auth.token())).toBe(expected);
	}
});

test("F-34 the signing key rotates under load: published a cache life before use, not one token is refused", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	let [published, signing] = [[auth.key], auth.key];
	for (let second = 0; second < 3600; second += 10) {
		if (second % 900 === 0) {
			published = [signing, await newKey("ES256", `at-${second}`)];
			auth.jwks = { keys: published.map(({ jwk }) => jwk) };
		}
		// In use ten minutes after it was published.
		if (second % 900 === 600) signing = published[1]!;
		expect(await verdict(api, await auth.token({}, {}, signing))).toBe("alice");
		await turn();
		auth.clock.pass(10);
	}
	expect(auth.keyFetches).toBe(12);
});

test("F-34 a key used at once (rotation by hand) is found by one refetch", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	expect(await verdict(api, await auth.token())).toBe("alice");
	const second = await newKey("ES256", "second");
	auth.jwks = { keys: [auth.key.jwk, second.jwk] };
	const verdicts = await Promise.all(Array.from({ length: 100 }, async () => verdict(api, await auth.token({}, {}, second))));
	expect(new Set(verdicts)).toEqual(new Set(["alice"]));
	expect(auth.keyFetches).toBe(2);
});

test("F-41 the issuer is down at the start: 503 with Retry-After, retried soon, and well again without a restart", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	auth.answer = down;
	const token = await auth.token();
	const route = api.guard().fetch(() => new Response("passed"));
	const pauses: (string | null)[] = [];
	for (let attempt = 0; attempt < 7; attempt++) {
		const asked = auth.asked.length;
		const { status, headers } = await route(new Request(issuer, bearer(token)));
		expect(status).toBe(503);
		expect(headers.get("www-authenticate")).toBe(null);
		expect(auth.asked.length).toBeGreaterThan(asked);
		pauses.push(headers.get("retry-after"));
		const before = auth.asked.length;
		auth.clock.pass(Number(headers.get("retry-after")) - 0.5);
		expect((await route(new Request(issuer, bearer(token)))).headers.get("retry-after")).toBe("1");
		expect(auth.asked.length).toBe(before);
		auth.clock.pass(0.5);
	}
	expect(pauses).toEqual(["1", "2", "4", "8", "16", "30", "30"]);
	expect(auth.warnings.map(({ code, message }) => [code, message])).toEqual([
		["issuer_unreachable", `${issuer}/.well-known/oauth-authorization-server could not be fetched (connect ECONNREFUSED 127.0.0.1:4000).`],
	]);
	// What is wrong with the token itself is told without keys.
	expect(await verdict(api, "x.y.z")).toBe("invalid_token");
	auth.answer = (url) => auth.honestAnswer(url);
	expect((await route(new Request(issuer, bearer(token)))).status).toBe(200);
});

test("F-41 the issuer is down for an hour: known keys pass without waiting, an unknown kid fails fast", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	expect(await verdict(api, await auth.token())).toBe("alice");
	auth.answer = down;
	for (let minute = 0; minute < 60; minute++) {
		auth.clock.pass(60);
		expect(await verdict(api, await auth.token())).toBe("alice");
		await turn();
		expect(await verdict(api, await auth.token({}, { kid: "unknown" }))).toBe("invalid_token");
	}
	// The keys' own URL first, then discovery: each fault is told once.
	expect(auth.warnings.length).toBeLessThanOrEqual(2);
	const asked = auth.asked.length;
	expect(asked).toBeLessThan(200);
	auth.answer = (url) => auth.honestAnswer(url);
	auth.clock.pass(60);
	await verdict(api, await auth.token());
	await turn();
	expect(auth.asked.slice(asked)).toEqual([`${issuer}/.well-known/oauth-authorization-server`, keysUrl]);
});

test("F-41 after 24 hours without the issuer nothing passes, remembered tokens neither, however busy the API was", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const lasting = await auth.token({ exp: auth.clock.seconds + 48 * 3600 });
	expect(await verdict(api, lasting)).toBe("alice");
	auth.answer = down;
	for (let minute = 4; minute < 24 * 60; minute += 4) {
		auth.clock.pass(240);
		expect(await verdict(api, lasting)).toBe("alice");
		await turn();
	}
	auth.clock.pass(239);
	expect(await verdict(api, lasting)).toBe("alice");
	await turn();
	auth.clock.pass(1);
	expect(await verdict(api, lasting)).toBe("temporarily_unavailable");
	expect(await verdict(api, await auth.token())).toBe("temporarily_unavailable");
	auth.answer = (url) => auth.honestAnswer(url);
	auth.clock.pass(30);
	expect(await verdict(api, lasting)).toBe("alice");
});

test("F-41 an issuer that never answers: given up after 5 seconds, also when fetch ignores the signal", async () => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
	const auth = await newIssuer();
	const signals: AbortSignal[] = [];
	auth.answer = (_url, { signal }) => {
		signals.push(signal!);
		return new Promise(() => {});
	};
	const api = auth.api();
	const token = await auth.token();
	const pending = [verdict(api, token), verdict(api, await auth.token())];
	await turn();
	expect(signals).toHaveLength(1);
	await vi.advanceTimersByTimeAsync(4999);
	expect(signals[0]!.aborted).toBe(false);
	await vi.advanceTimersByTimeAsync(1);
	expect(await Promise.all(pending)).toEqual(["temporarily_unavailable", "temporarily_unavailable"]);
	expect(signals[0]!.aborted).toBe(true);
	auth.answer = (url) => auth.honestAnswer(url);
	auth.clock.pass(1);
	expect(await verdict(api, token)).toBe("alice");
});

test("F-41 keys are refreshed in the background: no token waits for a slow issuer while it serves others", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	expect(await verdict(api, await auth.token())).toBe("alice");
	const go = hold(auth);
	auth.clock.pass(300);
	for (let second = 0; second < 5; second++) {
		expect(await verdict(api, await auth.token())).toBe("alice");
		auth.clock.pass(1);
	}
	expect(auth.keyFetches).toBe(2);
	await go();
	expect(await verdict(api, await auth.token())).toBe("alice");
});

test("RS-12 an API that slept past the freshness of its keys asks before it trusts them, and makes do with them when nobody answers", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const stolen = () => auth.token();
	expect(await verdict(api, await stolen())).toBe("alice");
	const second = await newKey("ES256", "second");
	auth.jwks = { keys: [second.jwk] };
	auth.clock.pass(20 * 3600);
	expect(await verdict(api, await stolen())).toBe("invalid_token");
	expect(await verdict(api, await auth.token({}, {}, second))).toBe("alice");
	auth.answer = down;
	auth.clock.pass(20 * 3600);
	expect(await verdict(api, await auth.token({}, {}, second))).toBe("alice");
});

test.each([
	["max-age=600", 600],
	["public, max-age=120, must-revalidate", 120],
	["max-age=5", 60],
	["no-store", 300],
	["max-age=99999999", 3600],
	["s-max-age=900", 300],
	["max-age=1h", 300],
	[null, 300],
])("keys whose Cache-Control is %s are fresh for %i seconds, from a minute to an hour", async (cacheControl, seconds) => {
	const auth = await newIssuer();
	auth.answer = (url) =>
		url === keysUrl
			? Response.json(auth.jwks, cacheControl === null ? {} : { headers: { "cache-control": cacheControl } })
			: auth.honestAnswer(url);
	const api = auth.api();
	expect(await verdict(api, await auth.token())).toBe("alice");
	auth.clock.pass(seconds - 1);
	await verdict(api, await auth.token());
	expect(auth.keyFetches).toBe(1);
	auth.clock.pass(1);
	expect(await verdict(api, await auth.token())).toBe("alice");
	await turn();
	expect(auth.keyFetches).toBe(2);
});

test("a listener that throws and a fetch that throws at once break nothing", async () => {
	const auth = await newIssuer();
	const api = auth.api({
		fetch: () => {
			throw new Error("no network here");
		},
		onError: () => {
			throw new Error("the listener failed");
		},
	});
	expect(await verdict(api, await auth.token())).toBe("temporarily_unavailable");
});

test("where no listener is given, a fault in fetching keys is a process warning", async () => {
	const auth = await newIssuer();
	const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
	const { onError: _, ...silent } = { onError: 0, issuer, resource: "https://orders.acme.test", fetch: down };
	const { createApi } = await import("../resource-server/index.ts");
	expect(await verdict(createApi(silent), await auth.token({ exp: 4e9, iat: 1 }))).toBe("temporarily_unavailable");
	expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("ECONNREFUSED"), {
		type: "AuthError",
		code: "issuer_unreachable",
	});
	warned.mockRestore();
});
