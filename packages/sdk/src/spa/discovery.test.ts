import { afterEach, describe, expect, test, vi } from "vitest";
import type { AuthError } from "./auth-error.ts";
import { discover } from "./discovery.ts";

const issuer = "https://auth.acme.test";
const honest = {
	issuer,
	authorization_endpoint: `${issuer}/authorize`,
	token_endpoint: `${issuer}/token`,
	revocation_endpoint: `${issuer}/revoke`,
	end_session_endpoint: `${issuer}/end-session`,
};

afterEach(() => vi.unstubAllGlobals());

/** What becomes of an issuer that answers so; only its document is ever asked for. */
async function verdict(answer: () => Response | Promise<Response>, of = issuer): Promise<unknown> {
	const asked = vi.fn(async () => answer());
	vi.stubGlobal("fetch", asked);
	const result = await discover(of, "default").catch(({ code }: AuthError) => code);
	expect(asked.mock.calls).toEqual([
		[`${of}/.well-known/openid-configuration`, expect.objectContaining({ redirect: "error", credentials: "omit" })],
	]);
	return result;
}

const of = (change: object) => () => Response.json({ ...honest, ...change });

test("an honest document", async () => {
	expect(await verdict(of({}))).toEqual({
		authorization: `${issuer}/authorize`,
		token: `${issuer}/token`,
		revocation: `${issuer}/revoke`,
		endSession: `${issuer}/end-session`,
	});
	expect(await verdict(of({ end_session_endpoint: undefined }))).toMatchObject({ endSession: undefined });
});

describe("RP-08: a document", () => {
	test.each([
		["of another issuer", { issuer: "https://evil.test" }],
		["of one that is spelt otherwise", { issuer: `${issuer}/` }],
		["of none", { issuer: undefined }],
		["with a token endpoint without TLS", { token_endpoint: "http://auth.acme.test/token" }],
		["with the token endpoint of a foreign host", { token_endpoint: "https://evil.test/token" }],
		["with the token endpoint of another port", { token_endpoint: "https://auth.acme.test:8443/token" }],
		["with a host that looks alike", { token_endpoint: "https://auth.acme.test.evil.test/token" }],
		["with a name in the address", { token_endpoint: "https://auth.acme.test@evil.test/token" }],
		["with a foreign authorization endpoint", { authorization_endpoint: "https://evil.test/authorize" }],
		["with a script for one", { authorization_endpoint: "javascript:alert(1)" }],
		["with a foreign revocation endpoint", { revocation_endpoint: "https://evil.test/revoke" }],
		["with a foreign end of the session", { end_session_endpoint: "https://evil.test/end" }],
		["without a token endpoint", { token_endpoint: undefined }],
		["with an endpoint that is no URL", { token_endpoint: 7 }],
	])("%s is refused before anything is sent there", async (_, change) => {
		expect(await verdict(of(change))).toBe("issuer_mismatch");
	});

	test("of loopback may do without TLS, and may not name another host", async () => {
		const local = "http://auth.localhost:4000";
		const at = (change: object) =>
			of({ issuer: local, authorization_endpoint: `${local}/authorize`, token_endpoint: `${local}/token`, ...change });
		const rest = { revocation_endpoint: undefined, end_session_endpoint: undefined };
		expect(await verdict(at(rest), local)).toMatchObject({ token: `${local}/token` });
		expect(await verdict(at({ ...rest, token_endpoint: "http://evil.localhost:4000/token" }), local)).toBe("issuer_mismatch");
	});
});

test.each<[string, () => Response | Promise<Response>, string]>([
	["nothing", () => Promise.reject(new TypeError("fetch failed")), "issuer_unreachable"],
	["500", () => new Response("", { status: 500 }), "issuer_unreachable"],
	["429", () => new Response("", { status: 429 }), "issuer_unreachable"],
	["a page of a proxy", () => new Response("<h1>Sign in to the hotel</h1>"), "issuer_unreachable"],
	["404", () => new Response("", { status: 404 }), "issuer_mismatch"],
	["an empty document", () => Response.json(null), "issuer_mismatch"],
])("an issuer that answers %s", async (_, answer, code) => {
	expect(await verdict(answer)).toBe(code);
});
