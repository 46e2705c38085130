import { beforeEach, describe, expect, test } from "vitest";
import { atHash, crm, FakeIssuer, issuer, jwt, orders } from "../../../test/spa/fake-issuer.ts";
import { newSecrets } from "../../core/authorization-url.ts";
import { webDigest } from "../../core/digest.ts";
import { createVault } from "./create-vault.ts";
import type { Asks, Vault } from "./messages.ts";

const second = 1000;
const hour = 3600 * second;

let auth: FakeIssuer;
let vault: Vault;
/** The two clocks of the machine, and how long the vault slept, all moved by the test or the vault alone. */
let steady: number;
let wall: number;
let slept: number[];

beforeEach(async () => {
	auth = new FakeIssuer();
	[steady, wall, slept] = [1000, auth.now, []];
	vault = createVault({
		fetch: auth.fetch,
		steady: () => steady,
		wall: () => wall,
		async sleep(ms) {
			slept.push(ms);
			steady += ms;
		},
		digest: webDigest,
	});
});

const from = { issuer, clientId: "shop", token: `${issuer}/token`, revocation: `${issuer}/revoke` };

/** Redeems a code; what the vault answers. */
async function redeem({ maxAge, ...change }: Partial<Asks["redeem"]["request"] & { readonly maxAge: number }> = {}) {
	const { verifier, nonce } = newSecrets((length) => crypto.getRandomValues(new Uint8Array(length)));
	const challenge = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))).toString("base64url");
	const redirectUri = "https://shop.acme.test/callback";
	const asked = new URLSearchParams({ redirect_uri: redirectUri, state: "s", nonce, code_challenge: challenge });
	const code = new URL(auth.authorize(`${issuer}/authorize?${asked}`)).searchParams.get("code")!;
	return vault("redeem", { from, code, redirectUri, transaction: { verifier, nonce, maxAge }, ...change });
}

async function token(resource = orders, more: Partial<Asks["token"]["request"]> = {}) {
	const { value, fault } = { value: undefined, fault: undefined, ...(await vault("token", wanted(resource, more))) };
	return value?.accessToken ?? fault?.code ?? "";
}

const wanted = (resource: string, more: Partial<Asks["token"]["request"]> = {}) => ({
	resource,
	scope: undefined,
	minTtl: 30,
	refused: undefined,
	...more,
});

/** How often a refresh token was sent, in order. */
const sent = () => auth.tokenForms.flatMap((form) => form.get("refresh_token") ?? []);

const lostOnce = () => {
	const honest = auth.atToken;
	auth.atToken = (form, url) => {
		auth.atToken = honest;
		void honest(form, url);
		throw new TypeError("the connection was lost");
	};
};

describe("tokens", () => {
	test("for two resources at once are fetched one after the other, each with the token that the one before brought", async () => {
		await redeem();
		const all = await Promise.all([token(orders), token(crm), token(orders), token(crm), token(orders)]);
		expect(new Set(all).size).toBe(2);
		expect(all.every((one) => one.startsWith("access-"))).toBe(true);
		expect(sent()).toEqual(["refresh-1", "refresh-2"]);
	});

	test("are answered from memory until they are about to end", async () => {
		await redeem();
		const first = await token();
		steady += 569 * second;
		expect(await token()).toBe(first);
		expect(await token(orders, { minTtl: 60 })).not.toBe(first);
		const next = await token();
		steady += 571 * second;
		expect(await token()).not.toBe(next);
	});

	test("that an API refused are replaced once, however many calls it refused", async () => {
		await redeem();
		const refused = await token();
		const fresh = await Promise.all([token(orders, { refused }), token(orders, { refused }), token(orders, { refused })]);
		expect(new Set(fresh).size).toBe(1);
		expect(fresh[0]).not.toBe(refused);
	});

	test("before anybody signed in, and of a client without refresh tokens, are faults that say what to do", async () => {
		expect(await token()).toBe("not_signed_in");
		auth.atToken = async (form) => {
			const { refresh_token: _, ...others } = (await auth.honestToken(form).json()) as Record<string, unknown>;
			return Response.json(others);
		};
		await redeem();
		expect(await token()).toBe("unauthorized_client");
	});
});

describe("D1: a refresh whose answer is lost", () => {
	test("is sent again with the same token, and its successor is used from then on", async () => {
		await redeem();
		auth.atToken = (form) => (form.get("refresh_token") === "refresh-1" && auth.generation === 2 ? repeated() : auth.honestToken(form));
		const repeated = () => {
			auth.generation = 1;
			return auth.honestToken(new URLSearchParams({ grant_type: "refresh_token", refresh_token: "refresh-1" }));
		};
		lostOnce();
		expect(await token(orders)).toMatch(/^access-/);
		expect(await token(crm)).toMatch(/^access-/);
		expect(sent()).toEqual(["refresh-1", "refresh-1", "refresh-2"]);
	});

	test("is given up after three tries within the window, and the session goes on when somebody answers", async () => {
		await redeem();
		auth.down = true;
		expect(await token()).toBe("issuer_unreachable");
		expect(sent()).toEqual(["refresh-1", "refresh-1", "refresh-1"]);
		expect(slept.reduce((sum, ms) => sum + ms)).toBeLessThan(2 * second);
		auth.down = false;
		expect(await token()).toMatch(/^access-/);
	});

	test.each([
		["500", () => new Response("", { status: 500 })],
		["a page of a proxy", () => new Response("<h1>Sign in to the hotel</h1>")],
		["JSON of somebody else", () => Response.json({ status: "ok" })],
		["an error of somebody else", () => new Response("Forbidden", { status: 403 })],
	])("%s ends no session", async (_, answer) => {
		await redeem();
		const honest = auth.atToken;
		auth.atToken = answer;
		expect(await token()).toBe("issuer_unreachable");
		auth.atToken = honest;
		expect(await token()).toMatch(/^access-/);
	});
});

describe("an issuer that asks to wait", () => {
	const wait = (seconds: string, status = 503) => {
		const honest = auth.atToken;
		auth.atToken = () => {
			auth.atToken = honest;
			return new Response(null, { status, headers: { "retry-after": seconds } });
		};
	};

	test("for a few seconds is waited for, by everybody who stands in line", async () => {
		await redeem();
		wait("3");
		const all = await Promise.all([token(orders), token(crm)]);
		expect(all.every((one) => one.startsWith("access-"))).toBe(true);
		expect(slept).toContain(3 * second);
		expect(sent()).toEqual(["refresh-1", "refresh-1", "refresh-2"]);
	});

	test("for longer is left alone until then: calls fail at once, without a request", async () => {
		await redeem();
		wait("60", 429);
		expect([await token(orders), await token(crm), await token(orders)]).toEqual(Array(3).fill("temporarily_unavailable"));
		expect(sent()).toHaveLength(1);
		steady += 61 * second;
		expect(await token()).toMatch(/^access-/);
	});

	test("for ever is asked again after five minutes", async () => {
		await redeem();
		wait("1e12");
		expect(await token()).toBe("temporarily_unavailable");
		steady += 301 * second;
		expect(await token()).toMatch(/^access-/);
	});
});

describe("the end of a family", () => {
	test("is what the issuer says of its current token alone", async () => {
		await redeem();
		auth.generation = 9;
		const answer = await vault("token", wanted(orders));
		expect(answer.fault).toMatchObject({ code: "session_expired", traceId: "trace-1" });
		expect(await token()).toBe("not_signed_in");
	});

	test("that comes late ends nothing that began meanwhile", async () => {
		await redeem();
		const held = Promise.withResolvers<Response>();
		const honest = auth.atToken;
		auth.atToken = () => {
			auth.atToken = honest;
			return held.promise;
		};
		const late = token();
		await Promise.resolve();
		await redeem();
		held.resolve(Response.json({ error: "invalid_grant" }, { status: 400 }));
		expect(await late).not.toMatch(/^access-/);
		expect(await token()).toMatch(/^access-/);
	});

	test("by the person gives back the newest token, also when a refresh is under way, and hands out no other", async () => {
		await redeem();
		const [reached, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		auth.atToken = async (form) => {
			reached.resolve();
			await answer.promise;
			return auth.honestToken(form);
		};
		const running = token();
		await reached.promise;
		const hint = vault("end", {});
		answer.resolve();
		expect(await running).toBe("not_signed_in");
		expect(await hint).toHaveProperty("value", expect.stringMatching(/^eyJ/));
		expect(auth.asked.find(({ url }) => url.endsWith("/revoke"))?.form.get("token")).toBe("refresh-2");
		expect(await token()).toBe("not_signed_in");
		expect(await vault("end", {})).toEqual({ value: undefined });
	});

	test("is over here even if nobody hears of it", async () => {
		await redeem();
		auth.down = true;
		expect(await vault("end", {})).toHaveProperty("value");
		auth.down = false;
		expect(await token()).toBe("not_signed_in");
	});
});

describe("D3: clocks", () => {
	test.each([-26 * hour, -5 * hour, 9 * hour, 400 * 24 * hour])(
		"a machine whose clock is %d ms off signs in and calls as every other",
		async (off) => {
			wall += off;
			expect(await redeem({ maxAge: 300 })).toHaveProperty("value.user.sub", "alice");
			const first = await token();
			wall += 60 * second;
			steady += 60 * second;
			expect(await token()).toBe(first);
		},
	);

	test("a clock that is set while the app runs costs at most one refresh, either way", async () => {
		await redeem();
		for (const jump of [9 * hour, -18 * hour]) {
			await token();
			const before = sent().length;
			wall += jump;
			await token();
			await token();
			expect(sent().length - before).toBeLessThanOrEqual(1);
		}
	});

	test("sleep, in which the steady clock stands still, ends tokens all the same", async () => {
		await redeem();
		const before = await token();
		wall += 8 * hour;
		expect(await token()).not.toBe(before);
	});
});

test.each([
	["names somebody else", { sub: "mallory" }],
	["is of another issuer", { iss: "https://evil.test" }],
	["is for another client", { aud: "other" }],
])("a refresh whose ID token %s is refused (OpenID Connect Core §12.2)", async (why, change) => {
	await redeem();
	auth.idTokenClaims = (claims) => ({ ...claims, ...change });
	const fault = { code: "id_token_refused", message: `The ID token of a refresh ${why}.` };
	expect(await vault("token", wanted(orders))).toMatchObject({ fault });
	auth.idTokenClaims = (claims) => claims;
	await redeem();
	// As it is after a long session: for several clients, without the nonce of the first.
	auth.idTokenClaims = (claims) => ({ ...claims, nonce: undefined, aud: ["shop", "other"] });
	expect(await token()).toMatch(/^access-/);
});

test.each([
	[600, 600],
	[undefined, 3600],
	["600", 0],
])(
	"a token with the expires_in %j is kept for %i seconds: an hour where the issuer does not say (RFC 6749 §5.1)",
	async (told, seconds) => {
		await redeem();
		const honest = auth.atToken;
		auth.atToken = async (form, url) => {
			const response = await honest(form, url);
			return Response.json({ ...(await response.json()), expires_in: told });
		};
		expect(await vault("token", wanted(orders))).toMatchObject({ value: { expiresIn: seconds } });
		const again = await token();
		expect((await token()) === again).toBe(seconds > 0);
	},
);

test("no answer of the vault holds a refresh token, and only that to a sign-out an ID token", async () => {
	const session = JSON.stringify([await redeem(), await vault("token", wanted(orders))]);
	expect(session).not.toMatch(/refresh-|eyJ|not for the page/);
	expect(JSON.stringify(await vault("end", {}))).not.toContain("refresh-");
});

test("at_hash of the tests is that of the standard", () => {
	expect(atHash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")).toBe("77QmUPtjPfzWtF2AnpK9RQ");
	expect(jwt({})).toMatch(/^eyJ/);
});
