import { request } from "node:http";
import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { expect, test } from "vitest";
import { type Issuer, newIssuer, resource } from "../../test/issuer.ts";
import type { Auth } from "./index.ts";

declare module "fastify" {
	interface FastifyRequest {
		auth: Auth;
	}
}

async function appOf(auth: Issuer, name = resource): Promise<FastifyInstance> {
	const api = auth.api({ resource: name });
	const app = fastify();
	await app.register(api.fastify);
	app.get("/orders", { preHandler: api.guard({ scope: "orders.read" }).fastify }, async ({ auth }) => ({
		subject: auth.subject,
		scopes: auth.scopes,
	}));
	app.delete("/orders", { preHandler: api.guard({ scope: "orders.write" }).fastify }, async () => "deleted");
	app.get("/by-hand", async (request) => (await api.verify(request.raw)).clientId);
	app.get("/open", async ({ auth }) => ({ auth }));
	return app;
}

test("Fastify: a guarded route learns who calls, and refused requests never reach it", async () => {
	const auth = await newIssuer("RS256");
	const app = await appOf(auth);
	const headers = { authorization: `Bearer ${await auth.token()}` };
	for (let time = 0; time < 2; time++)
		expect((await app.inject({ url: "/orders", headers })).json()).toEqual({ subject: "alice", scopes: ["openid", "orders.read"] });
	const metadata = 'resource_metadata="https://orders.acme.test/.well-known/oauth-protected-resource"';
	const missing = await app.inject("/orders");
	expect([missing.statusCode, missing.headers["www-authenticate"], missing.body]).toEqual([
		401,
		`Bearer scope="orders.read", ${metadata}`,
		"",
	]);
	const narrow = await app.inject({ method: "DELETE", url: "/orders", headers });
	expect(narrow.statusCode).toBe(403);
	expect(narrow.headers["www-authenticate"]).toContain('error="insufficient_scope"');
	expect(narrow.headers["content-type"]).toMatch(/^application\/json/);
	expect(narrow.json()).toEqual({ error: "insufficient_scope", error_description: "The token lacks a scope that is needed here." });
	expect((await app.inject({ url: "/orders", headers: { authorization: "Bearer x.y.z" } })).statusCode).toBe(401);
	expect((await app.inject({ url: `/orders?access_token=${await auth.token()}` })).statusCode).toBe(401);
	expect((await app.inject({ url: "/open", headers })).json()).toEqual({ auth: null });
});

test("Fastify: the metadata are served at the well-known path, for a resource with a path and a colon too (RFC 9728 §3.1)", async () => {
	const auth = await newIssuer();
	for (const [name, path] of [
		[resource, "/.well-known/oauth-protected-resource"],
		["https://acme.test/orders:v1", "/.well-known/oauth-protected-resource/orders:v1"],
	] as const) {
		const app = await appOf(auth, name);
		const response = await app.inject(path);
		expect(response.statusCode).toBe(200);
		expect(response.json()).toMatchObject({ resource: name, scopes_supported: ["orders.read", "orders.write"] });
		expect((await app.inject({ method: "HEAD", url: path })).statusCode).toBe(200);
		expect((await app.inject(`${path}x`)).statusCode).toBe(404);
	}
});

test("Fastify: an AuthError that a handler does not catch is answered with its challenge", async () => {
	const auth = await newIssuer();
	const app = await appOf(auth);
	const { statusCode, headers } = await app.inject("/by-hand");
	expect(statusCode).toBe(401);
	expect(headers["www-authenticate"]).toMatch(/^Bearer resource_metadata=/);
	expect((await app.inject({ url: "/by-hand", headers: { authorization: `Bearer ${await auth.token()}` } })).body).toBe("shop");
});

test("Fastify: the Express form of a guard as preHandler is a fault that opens nothing", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const app = fastify();
	app.get("/wrong", { preHandler: api.guard() as never }, async () => "open");
	app.get("/right", { preHandler: api.guard().fastify }, async () => "open");
	const headers = { authorization: `Bearer ${await auth.token()}` };
	const { statusCode, body } = await app.inject({ url: "/wrong", headers });
	expect(statusCode).toBe(500);
	expect(body).toContain("api.guard({ … }).fastify");
	expect((await app.inject({ url: "/right", headers })).body).toBe("open");
});

test("Fastify: two Authorization headers on the wire are refused, and the issuer's outage is a 503", async () => {
	const auth = await newIssuer();
	const app = await appOf(auth);
	await app.listen({ port: 0, host: "127.0.0.1" });
	const { port } = app.server.address() as AddressInfo;
	const status = (authorization: string[], headers: Record<string, string[]> = { authorization }) =>
		new Promise<number | undefined>((resolve, reject) => {
			request({ host: "127.0.0.1", port, path: "/orders", headers, agent: false }, (response) => {
				response.resume();
				resolve(response.statusCode);
			})
				.on("error", reject)
				.end();
		});
	try {
		const good = `Bearer ${await auth.token()}`;
		auth.answer = () => Promise.reject(new TypeError("fetch failed"));
		expect(await status([good])).toBe(503);
		auth.answer = (url) => auth.honestAnswer(url);
		auth.clock.pass(1);
		expect(await status([good])).toBe(200);
		expect(await status([good, good])).toBe(400);
		expect(await status([good, "Bearer x"])).toBe(400);
	} finally {
		await app.close();
	}
});
