import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { type Issuer, issuer, keysUrl, newIssuer, verdict } from "../../test/issuer.ts";
import { createApi } from "../resource-server/index.ts";

test.each([
	[
		"https://auth.acme.test",
		["https://auth.acme.test/.well-known/oauth-authorization-server", "https://auth.acme.test/.well-known/openid-configuration"],
	],
	[
		"https://auth.acme.test/",
		["https://auth.acme.test/.well-known/oauth-authorization-server", "https://auth.acme.test/.well-known/openid-configuration"],
	],
	[
		"https://acme.test/t/one",
		["https://acme.test/.well-known/oauth-authorization-server/t/one", "https://acme.test/t/one/.well-known/openid-configuration"],
	],
	[
		"http://auth.localhost:4000",
		["http://auth.localhost:4000/.well-known/oauth-authorization-server", "http://auth.localhost:4000/.well-known/openid-configuration"],
	],
])("the metadata of %s are looked for by RFC 8414 §3.1, then by OpenID Connect Discovery §4", async (name, urls) => {
	for (const served of urls) {
		const auth = await newIssuer();
		auth.answer = (url) =>
			url === served ? Response.json({ issuer: name, jwks_uri: keysUrl }) : auth.honestAnswer(url === keysUrl ? url : "404");
		expect(await verdict(auth.api({ issuer: name }), await auth.token({ iss: name }))).toBe("alice");
		expect(auth.asked).toEqual([...urls.slice(0, urls.indexOf(served) + 1), keysUrl]);
	}
});

async function codeOf(auth: Issuer, metadata: unknown): Promise<string | undefined> {
	auth.warnings.length = 0;
	auth.answer = (url) => (url.includes("/.well-known/") ? Response.json(metadata) : auth.honestAnswer(url));
	const outcome = await verdict(auth.api(), await auth.token());
	return outcome === "temporarily_unavailable" ? auth.warnings[0]?.code : outcome;
}

test("RP-08 metadata of another issuer, or keys at an http address: refused, nothing fails open (RFC 8414 §3.3)", async () => {
	const auth = await newIssuer();
	for (const name of [
		"https://auth.acme.test/",
		"https://AUTH.acme.test",
		"https://evil.test",
		"http://auth.acme.test",
		undefined,
		["https://auth.acme.test"],
	])
		expect(await codeOf(auth, { issuer: name, jwks_uri: keysUrl }), String(name)).toBe("issuer_mismatch");
	for (const jwks_uri of [
		"http://auth.acme.test/jwks.json",
		"http://127.0.0.1/jwks.json",
		"http://x.localhost/jwks",
		"file:///etc/passwd",
		"data:application/json,{}",
		"/jwks.json",
		"",
		undefined,
		7,
		[keysUrl],
	])
		expect(await codeOf(auth, { issuer, jwks_uri }), String(jwks_uri)).toBe("issuer_mismatch");
	expect(auth.keyFetches).toBe(0);
	expect(await codeOf(auth, { issuer, jwks_uri: keysUrl })).toBe("alice");
});

test("RP-08 the operator learns what the issuer calls itself and where", async () => {
	const auth = await newIssuer();
	await codeOf(auth, { issuer: `${issuer}/`, jwks_uri: keysUrl });
	expect(auth.warnings.map(({ code, action, message }) => ({ code, action, message }))).toEqual([
		{
			code: "issuer_mismatch",
			action: "fix-config",
			message: `${issuer}/.well-known/oauth-authorization-server does not name the issuer ${issuer} exactly. Copy the option \`issuer\` from its \`issuer\` member.`,
		},
	]);
});

test("an issuer without any metadata is unreachable; one document that fits suffices", async () => {
	const auth = await newIssuer();
	auth.answer = () => new Response("", { status: 404 });
	expect(await verdict(auth.api(), await auth.token())).toBe("temporarily_unavailable");
	expect(auth.warnings[0]).toMatchObject({ code: "issuer_unreachable", message: expect.stringContaining("answered 404") });
	for (const other of [
		new Response("<html>", { status: 200 }),
		Response.json({ issuer: "https://evil.test" }),
		Response.json([]),
		new Response(null, { status: 500 }),
	]) {
		auth.answer = (url) => {
			if (url.endsWith("/oauth-authorization-server")) return other.clone();
			return url.endsWith("/openid-configuration") ? Response.json(auth.metadata) : auth.honestAnswer(url);
		};
		expect(await verdict(auth.api(), await auth.token())).toBe("alice");
	}
});

test("over real sockets: redirects of metadata or keys are not followed, plain http on loopback is fine", async () => {
	const auth = await newIssuer();
	const asked: string[] = [];
	let redirected = "";
	const server = createServer((request, response) => {
		const path = request.url!;
		asked.push(path);
		const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		if (path === redirected) return response.writeHead(307, { location: `${base}/elsewhere${path}` }).end();
		const documents: Record<string, unknown> = {
			"/.well-known/oauth-authorization-server": { issuer: base, jwks_uri: `${base}/jwks` },
			"/jwks": auth.jwks,
		};
		const document = documents[path.replace("/elsewhere", "")];
		return response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(document));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	try {
		const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const { now, onError } = { now: () => auth.clock.wall, onError: () => {} };
		const token = await auth.token({ iss: base });
		for (const path of ["/jwks", "/.well-known/oauth-authorization-server"]) {
			redirected = path;
			expect(await verdict(createApi({ issuer: base, resource: "https://orders.acme.test", now, onError }), token)).toBe(
				"temporarily_unavailable",
			);
		}
		expect(asked.filter((path) => path.startsWith("/elsewhere"))).toEqual([]);
		redirected = "";
		expect(await verdict(createApi({ issuer: base, resource: "https://orders.acme.test", now, onError }), token)).toBe("alice");
	} finally {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
});
