import { beforeEach, describe, expect, test } from "vitest";
import { FakeWorld } from "../../test/fake-world.ts";
import { atHash, issuer, jwt, orders } from "../../test/spa/fake-issuer.ts";
import type { AuthError } from "./auth-error.ts";
import { type Client, type ClientSettings, createClient } from "./client.ts";
import { clientSecretPost } from "./client-auth/index.ts";

const metadataUrl = `${issuer}/.well-known/openid-configuration`;
const tokenUrl = `${issuer}/token`;
const metadata = {
	issuer,
	authorization_endpoint: `${issuer}/authorize`,
	token_endpoint: tokenUrl,
	revocation_endpoint: `${issuer}/revoke`,
	end_session_endpoint: `${issuer}/end-session`,
};

let world: FakeWorld;
/** Takes the place of the honest answers. */
let atMetadata: () => Response | Promise<Response>;
let atToken: (form: URLSearchParams) => Response | Promise<Response>;
let atRevoke: () => Response;

const tokens = (more: Record<string, unknown> = {}) =>
	Response.json({ access_token: "access", token_type: "Bearer", expires_in: 600, scope: "orders.read", ...more });
const refused = (error: string, more: Record<string, unknown> = {}) => Response.json({ error, ...more }, { status: 400 });

beforeEach(() => {
	world = new FakeWorld();
	atMetadata = () => Response.json(metadata);
	atToken = () => tokens();
	atRevoke = () => new Response(null);
	world.answer = (url, init) => {
		if (url === metadataUrl) return atMetadata();
		if (url === tokenUrl) return atToken(new URLSearchParams(String(init.body)));
		return url === `${issuer}/revoke` ? atRevoke() : new Response("not found", { status: 404 });
	};
});

const made = (more: Partial<ClientSettings> = {}): Client =>
	createClient({ issuer, clientId: "job", clientAuth: () => "s:cret ü", world, ...more });
const sent = () => world.asked.filter(({ url }) => url === tokenUrl).map(({ init }) => init);
const forms = () => sent().map(({ body }) => Object.fromEntries(new URLSearchParams(String(body))));
const code = (error: AuthError) => error.code;

describe("RP-08: discovery", () => {
	test.each<[string, () => Response | Promise<Response>, string]>([
		["of another issuer", () => Response.json({ ...metadata, issuer: "https://evil.test" }), "issuer_mismatch"],
		["with a foreign token endpoint", () => Response.json({ ...metadata, token_endpoint: "https://evil.test/token" }), "issuer_mismatch"],
		[
			"with an endpoint without TLS",
			() => Response.json({ ...metadata, token_endpoint: "http://auth.acme.test/token" }),
			"issuer_mismatch",
		],
		["without endpoints", () => Response.json({ issuer }), "issuer_mismatch"],
		["that is not there", () => new Response("no", { status: 404 }), "issuer_mismatch"],
		["that is a page of somebody's proxy", () => new Response("<html>"), "issuer_unreachable"],
		["that fails", () => new Response("", { status: 500 }), "issuer_unreachable"],
		["that asks to wait", () => new Response("", { status: 503, headers: { "retry-after": "7" } }), "temporarily_unavailable"],
		["without end", () => new Response("x".repeat(70_000)), "issuer_unreachable"],
		["that nobody answers", () => Promise.reject(new TypeError("fetch failed")), "issuer_unreachable"],
	])("%s is refused, and nothing is sent there", async (_, answer, expected) => {
		atMetadata = answer;
		const client = made();
		expect(await client.clientCredentials({ resource: orders }).catch(code)).toBe(expected);
		expect(world.asked.map(({ url }) => url)).toEqual([metadataUrl]);
		// The same client, once the answer is right, and the time has passed in which it wants to be left alone.
		world.pass(7_000);
		atMetadata = () => Response.json(metadata);
		expect((await client.clientCredentials({ resource: orders })).accessToken).toBe("access");
	});

	test("is one request for all who wait, an hour old at most, and serves on while no better answer comes", async () => {
		const client = made();
		await Promise.all(Array.from({ length: 100 }, () => client.endpoints()));
		expect(world.count(metadataUrl)).toBe(1);
		world.pass(3_600_001);
		atMetadata = () => new Response("", { status: 500 });
		expect((await client.endpoints()).token).toBe(tokenUrl);
		expect((await client.endpoints()).token).toBe(tokenUrl);
		expect(world.count(metadataUrl)).toBe(2);
	});

	test("of another issuer says which one it is, and http where https was written is called so", async () => {
		atMetadata = () => Response.json({ ...metadata, issuer: "https://sso.acme.test\n" });
		await expect(made().endpoints()).rejects.toMatchObject({
			message: `${metadataUrl} names the issuer "https://sso.acme.test\\n", not ${issuer}.`,
		});
		const cause = new Error("0A00010B:SSL routines:tls_validate_record_header:wrong version number:tlsany_meth.c:78:\n");
		atMetadata = () => Promise.reject(new TypeError("fetch failed", { cause }));
		await expect(made().endpoints()).rejects.toMatchObject({
			message: `${issuer} cannot be reached (no TLS there: is it http?).`,
		});
	});

	test("of an issuer whose name ends with a slash lies where that slash is not doubled", async () => {
		const slashed = `${issuer}/`;
		atMetadata = () => Response.json({ ...metadata, issuer: slashed });
		expect((await made({ issuer: slashed }).endpoints()).token).toBe(tokenUrl);
	});
});

describe("a client proves itself", () => {
	test("by basic authentication, each half form-urlencoded (RFC 6749 §2.3.1)", async () => {
		await made({ clientId: "a:b" }).clientCredentials({ resource: orders });
		const header = new Headers(sent()[0]?.headers).get("authorization") ?? "";
		expect(atob(header.replace("Basic ", ""))).toBe("a%3Ab:s%3Acret+%C3%BC");
		expect(forms()[0]).toEqual({ grant_type: "client_credentials", resource: orders });
	});

	test("in the form, where it is registered so", async () => {
		await made({ clientAuth: clientSecretPost("secret") }).clientCredentials({ resource: orders });
		expect(forms()[0]).toMatchObject({ client_id: "job", client_secret: "secret" });
		expect(new Headers(sent()[0]?.headers).has("authorization")).toBe(false);
	});

	test("with the secret of the moment, so that a rotation needs no restart", async () => {
		let secret = "old";
		const client = made({ clientAuth: async () => secret });
		await client.clientCredentials({ resource: orders });
		secret = "new";
		await client.clientCredentials({ resource: orders });
		expect(sent().map(({ headers }) => atob(new Headers(headers).get("authorization")!.slice(6)))).toEqual(["job:old", "job:new"]);
	});

	test("not at all, when it is public: it says who it is", async () => {
		await made({ clientAuth: undefined }).refresh({ refreshToken: "r", resource: orders, sub: "alice" });
		expect(forms()[0]).toMatchObject({ client_id: "job" });
	});
});

describe("the token endpoint", () => {
	test("that refuses what was asked for is told with it", async () => {
		const told = (wire: string, scope?: string) => {
			atToken = () => refused(wire, { error_description: "not so" });
			return made()
				.clientCredentials({ resource: orders, scope })
				.catch(({ message }: AuthError) => message);
		};
		expect(await told("invalid_target")).toBe(`The issuer refused client_credentials for all scopes of ${orders}: not so.`);
		expect(await told("invalid_scope", "orders.write")).toContain(`client_credentials for orders.write of ${orders}: not so.`);
	});

	test.each([
		["invalid_client", "invalid_client"],
		["invalid_scope", "invalid_scope"],
		["invalid_target", "invalid_target"],
		["unauthorized_client", "unauthorized_client"],
		["unsupported_grant_type", "invalid_request"],
		["toString", "invalid_request"],
		["invalid_grant", "session_expired"],
	])("refuses by %s, which is %s here", async (wire, expected) => {
		atToken = () => refused(wire, { trace_id: "t1", error_description: "Not so." });
		const error: AuthError = await made()
			.clientCredentials({ resource: orders })
			.then(
				() => Promise.reject(new Error("nothing was refused")),
				(thrown) => thrown,
			);
		expect(error).toMatchObject({ code: expected, traceId: "t1", retryable: false });
		expect(error.docs).toBe(`docs/sdk-errors.md#${expected}`);
		expect(world.count(tokenUrl)).toBe(1);
	});

	test.each<[string, () => Response]>([
		["HTML", () => new Response("<html>")],
		["HTML with an error status", () => new Response("<html>", { status: 400 })],
		["JSON without a token", () => Response.json({ access_token: "" })],
	])("that answers %s is none: nothing is known about the grant", async (_, answer) => {
		atToken = answer;
		expect(await made().refresh({ refreshToken: "r", resource: orders, sub: "alice" }).catch(code)).toBe("issuer_unreachable");
	});

	test("that gives a token of another type than bearer gives one that is not used (RFC 6749 §7.1)", async () => {
		for (const type of ["DPoP", "mac", "", null, "bearer DPoP"]) {
			atToken = () => tokens({ token_type: type });
			expect(await made().clientCredentials({ resource: orders }).catch(code), String(type)).toBe("invalid_request");
		}
		for (const type of ["Bearer", "bearer", "BEARER", undefined]) {
			atToken = () => tokens({ token_type: type });
			expect((await made().clientCredentials({ resource: orders })).accessToken).toBe("access");
		}
	});

	test("is asked again with the same refresh token when an answer was lost", async () => {
		let lost = 2;
		atToken = () => {
			if (lost-- > 0) throw new TypeError("fetch failed");
			return tokens({ refresh_token: "r2" });
		};
		expect((await made().refresh({ refreshToken: "r1", resource: orders, sub: "alice" })).refreshToken).toBe("r2");
		expect(forms().map((form) => form["refresh_token"])).toEqual(["r1", "r1", "r1"]);
	});

	test("is not followed to where it redirects, on platforms that do so all the same", async () => {
		atToken = () => Object.defineProperty(tokens(), "redirected", { value: true });
		expect(await made().clientCredentials({ resource: orders }).catch(code)).toBe("issuer_unreachable");
	});

	test("gets a code once, whatever becomes of the answer", async () => {
		for (const answer of [
			() => Promise.reject(new TypeError("fetch failed")),
			() => new Response("", { status: 503, headers: { "retry-after": "1" } }),
		]) {
			world.asked.length = 0;
			atToken = answer;
			const redeeming = made().redeem({ code: "c", redirectUri: "https://app.test/cb", verifier: "v", nonce: "n" });
			expect((await redeeming.catch((error: AuthError) => error)) as AuthError).toMatchObject({ retryable: true });
			expect(world.count(tokenUrl)).toBe(1);
		}
	});

	test("that asks to wait is left alone by everybody; a long wait is refused at once, and says how long", async () => {
		const client = made();
		atToken = () => new Response("", { status: 429, headers: { "retry-after": "60" } });
		await expect(client.clientCredentials({ resource: orders })).rejects.toMatchObject({ retryAfter: 60, retryable: true });
		const before = world.count(tokenUrl);
		await expect(client.clientCredentials({ resource: orders })).rejects.toMatchObject({ code: "temporarily_unavailable", retryAfter: 60 });
		expect(world.count(tokenUrl)).toBe(before);
		atToken = () => tokens();
		world.pass(60_000);
		expect((await client.clientCredentials({ resource: orders })).accessToken).toBe("access");
	});

	test.each<[string, Record<string, string>, number]>([
		["seconds", { "retry-after": "60" }, 60],
		["a date", { "retry-after": "Fri, 20 Nov 2026 09:01:00 GMT", date: "Fri, 20 Nov 2026 09:00:00 GMT" }, 60],
		["more than five minutes", { "retry-after": "Sat, 21 Nov 2026 09:00:00 GMT", date: "Fri, 20 Nov 2026 09:00:00 GMT" }, 300],
		["a date, and not its own time", { "retry-after": "Fri, 20 Nov 2026 09:01:00 GMT" }, 0],
		["a date that has been", { "retry-after": "Fri, 20 Nov 2026 08:00:00 GMT", date: "Fri, 20 Nov 2026 09:00:00 GMT" }, 0],
		["nothing that can be read", { "retry-after": "soon", date: "Fri, 20 Nov 2026 09:00:00 GMT" }, 0],
	])("that tells by %s how long to wait is understood", async (_, headers, retryAfter) => {
		atToken = () => new Response("", { status: 429, headers });
		await expect(made().clientCredentials({ resource: orders })).rejects.toMatchObject({ code: "temporarily_unavailable", retryAfter });
	});

	test("is left alone too when it was the metadata that asked to wait", async () => {
		const busy = () => new Response("", { status: 503, headers: { "retry-after": "60" } });
		const waiting = { code: "temporarily_unavailable", retryAfter: 60 };
		const client = made();
		atMetadata = busy;
		await expect(client.clientCredentials({ resource: orders })).rejects.toMatchObject(waiting);
		atMetadata = () => Response.json(metadata);
		await expect(client.endpoints()).rejects.toMatchObject(waiting);
		expect(world.asked).toHaveLength(1);
		world.pass(56_000);
		expect((await client.clientCredentials({ resource: orders })).accessToken).toBe("access");
		expect(world.slept).toEqual([4_000]);
	});

	test("that asks to wait a little is asked again then", async () => {
		let busy = true;
		atToken = () => {
			if (!busy) return tokens();
			busy = false;
			return new Response("", { status: 503, headers: { "retry-after": "2" } });
		};
		await made().clientCredentials({ resource: orders });
		expect(world.slept).toContain(2000);
	});
});

test.each([
	[600, 600_000],
	[undefined, 3_600_000],
	[0, 0],
	[-1, 0],
	["600", 0],
	[null, 0],
])(
	"a token with the expires_in %j is kept for %i ms: an hour where the issuer does not say (RFC 6749 §5.1)",
	async (expiresIn, lifetime) => {
		atToken = () => tokens({ expires_in: expiresIn });
		expect((await made().clientCredentials({ resource: orders })).lifetime).toBe(lifetime);
	},
);

describe("RP-01: a code is redeemed", () => {
	const redemption = { code: "c", redirectUri: "https://app.test/cb", verifier: "v", nonce: "n" };
	const idToken = (claims: Record<string, unknown> = {}) => {
		const now = Math.floor(world.now / 1000);
		return jwt({ iss: issuer, aud: "job", sub: "alice", iat: now, exp: now + 60, nonce: "n", at_hash: atHash("access"), ...claims });
	};

	test("for the claims and the tokens, with all that binds it", async () => {
		atToken = () => tokens({ id_token: idToken(), refresh_token: "r1" });
		const { claims, tokens: got } = await made().redeem(redemption);
		expect(claims["sub"]).toBe("alice");
		expect(got).toMatchObject({ accessToken: "access", scope: ["orders.read"], lifetime: 600_000, refreshToken: "r1" });
		const form = {
			grant_type: "authorization_code",
			code: "c",
			code_verifier: "v",
			redirect_uri: redemption.redirectUri,
			resource: issuer,
		};
		expect(forms()).toEqual([form]);
	});

	test.each([
		["without an ID token", undefined],
		["with one for another request", { nonce: "other" }],
		["with one for somebody else's app", { aud: "other" }],
	])("%s it is refused", async (_, claims) => {
		atToken = () => tokens({ id_token: claims && idToken(claims) });
		expect(await made().redeem(redemption).catch(code)).toBe("id_token_refused");
	});

	test("with one whose signature somebody finds wrong, it is refused", async () => {
		atToken = () => tokens({ id_token: idToken() });
		const redeeming = made({ signatureFault: async () => "The signature of the ID token is wrong." }).redeem(redemption);
		await expect(redeeming).rejects.toMatchObject({ code: "id_token_refused", message: "The signature of the ID token is wrong." });
	});

	test.each<[string, Record<string, unknown> | string]>([
		["names somebody else", { sub: "mallory" }],
		["is of another issuer", { iss: "https://evil.test" }],
		["is for another client", { aud: "other" }],
		["is none", "no JWT"],
	])("and a refresh whose ID token %s is refused (OpenID Connect Core §12.2)", async (why, refreshed) => {
		atToken = () => tokens({ id_token: typeof refreshed === "string" ? refreshed : idToken(refreshed), refresh_token: "r2" });
		const refreshing = () => made().refresh({ refreshToken: "r1", resource: orders, sub: "alice" });
		await expect(refreshing()).rejects.toMatchObject({ code: "id_token_refused", message: `The ID token of a refresh ${why}.` });
		// As it is after a long session: a new lifetime, for several clients, without the nonce of the first.
		atToken = () => tokens({ id_token: idToken({ nonce: undefined, aud: ["job", "other"] }), refresh_token: "r2" });
		expect((await refreshing()).refreshToken).toBe("r2");
	});
});

test("an authorization request carries state, nonce and a challenge, and what the person shall be asked", async () => {
	const client = made();
	const secrets = client.newSecrets();
	const url = new URL(
		await client.authorizationUrl(
			{ redirectUri: "https://app.test/cb", scope: "openid email", resource: [orders, issuer], prompt: "login", maxAge: 0 },
			secrets,
		),
	);
	expect(Object.fromEntries(url.searchParams)).toMatchObject({
		client_id: "job",
		response_type: "code",
		redirect_uri: "https://app.test/cb",
		state: secrets.state,
		nonce: secrets.nonce,
		code_challenge_method: "S256",
		prompt: "login",
		max_age: "0",
	});
	expect(url.searchParams.getAll("resource")).toEqual([orders, issuer]);
	expect(url.href).not.toContain(secrets.verifier);
	expect(new Set(Object.values(secrets)).size).toBe(3);
});

test("a token family is given back, and the browser is sent where it ends its session", async () => {
	const client = made();
	await client.revoke("r1");
	expect(world.asked.at(-1)?.url).toBe(`${issuer}/revoke`);
	atRevoke = () => refused("invalid_client");
	expect(await client.revoke("r1").catch(code)).toBe("invalid_client");
	const url = new URL((await client.endSessionUrl({ idTokenHint: "hint", postLogoutRedirectUri: "https://app.test/" })) ?? "");
	expect(Object.fromEntries(url.searchParams)).toEqual({
		client_id: "job",
		id_token_hint: "hint",
		post_logout_redirect_uri: "https://app.test/",
	});
});

test("AD-09, PG-15: no error holds the secret, a code or a token", async () => {
	const canaries = ["s:cret ü", "canary-code", "canary-refresh"];
	const answers: (() => Response | Promise<Response>)[] = [
		() => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") })),
		() => refused("invalid_grant"),
		() => new Response("<html>"),
		() => tokens(),
	];
	for (const answer of answers) {
		atToken = answer;
		const client = made();
		const redemption = { code: "canary-code", redirectUri: "https://app.test/cb", verifier: "canary-verifier", nonce: "n" };
		const errors = await Promise.all([
			client.redeem(redemption).catch((error: unknown) => error),
			client.refresh({ refreshToken: "canary-refresh", resource: orders, sub: "alice" }).catch((error: unknown) => error),
		]);
		const told = errors.map((error) => (error instanceof Error ? `${error.stack} ${JSON.stringify(error)} ${error.cause}` : "")).join();
		for (const canary of [...canaries, "canary-verifier"]) expect(told).not.toContain(canary);
	}
});
