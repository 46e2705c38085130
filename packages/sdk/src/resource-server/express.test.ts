import { type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, test } from "vitest";
import { type Issuer, newIssuer, resource } from "../../test/issuer.ts";
import type { AuthError } from "./index.ts";

interface Received {
	readonly status: number | undefined;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

/** An Express app on a free port of the loopback, and a client that sends headers exactly as told. */
async function withApp(
	app: express.Express,
	use: (send: (path: string, headers?: Record<string, string | string[]>, method?: string) => Promise<Received>) => Promise<void>,
): Promise<void> {
	const server = await new Promise<ReturnType<express.Express["listen"]>>((resolve) => {
		const listening = app.listen(0, "127.0.0.1", () => resolve(listening));
	});
	const { port } = server.address() as AddressInfo;
	const send = (path: string, headers = {}, method = "GET") =>
		new Promise<Received>((resolve, reject) => {
			const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, async (response) => {
				let body = "";
				for await (const chunk of response) body += chunk;
				resolve({ status: response.statusCode, headers: response.headers, body });
			});
			sent.on("error", reject).end();
		});
	try {
		await use(send);
	} finally {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
}

function appOf(auth: Issuer): express.Express {
	const api = auth.api();
	const app = express();
	app.use(api.express());
	app.get(
		"/orders",
		api.guard({ scope: "orders.read" }),
		(req, res) => void res.json({ subject: req.auth.subject, scopes: req.auth.scopes }),
	);
	app.delete("/orders", api.guard({ scope: "orders.write" }), (_req, res) => void res.end("deleted"));
	app.get("/by-hand", async (req, res) => void res.json((await api.verify(req)).clientId));
	app.get("/open", (req, res) => void res.json({ auth: req.auth ?? null }));
	return app;
}

test("Express: a guarded route learns who calls, and refused requests never reach it", async () => {
	const auth = await newIssuer("RS256");
	await withApp(appOf(auth), async (send) => {
		const bearer = { authorization: `Bearer ${await auth.token()}` };
		expect(JSON.parse((await send("/orders", bearer)).body)).toEqual({ subject: "alice", scopes: ["openid", "orders.read"] });
		const metadata = 'resource_metadata="https://orders.acme.test/.well-known/oauth-protected-resource"';
		const missing = await send("/orders");
		expect([missing.status, missing.headers["www-authenticate"], missing.body]).toEqual([
			401,
			`Bearer scope="orders.read", ${metadata}`,
			"",
		]);
		const narrow = await send("/orders", bearer, "DELETE");
		expect(narrow.status).toBe(403);
		expect(narrow.headers["www-authenticate"]).toContain('error="insufficient_scope"');
		expect(narrow.headers["www-authenticate"]).toContain('scope="orders.write"');
		expect(JSON.parse(narrow.body).error).toBe("insufficient_scope");
		expect((await send("/orders", { authorization: `Bearer ${await auth.token({ aud: "https://crm.acme.test" })}` })).status).toBe(401);
		expect((await send(`/orders?access_token=${await auth.token()}`)).status).toBe(401);
		expect((await send("/open", bearer)).body).toBe('{"auth":null}');
	});
});

test("Express: two Authorization headers on the wire are refused, although Node shows only the first", async () => {
	const auth = await newIssuer();
	await withApp(appOf(auth), async (send) => {
		const good = `Bearer ${await auth.token()}`;
		for (const authorization of [
			[good, good],
			[good, "Bearer x"],
			["Basic eA==", good],
		]) {
			const { status, headers } = await send("/orders", { authorization });
			expect(status).toBe(400);
			expect(headers["www-authenticate"]).toContain('error="invalid_request"');
		}
		expect((await send("/orders", { authorization: good })).status).toBe(200);
	});
});

test("Express: the metadata are served at the well-known path, whatever Host is sent (RFC 9728 §3)", async () => {
	const auth = await newIssuer();
	await withApp(appOf(auth), async (send) => {
		const { status, headers, body } = await send("/.well-known/oauth-protected-resource", { host: "evil.test" });
		expect(status).toBe(200);
		expect(headers["content-type"]).toBe("application/json");
		expect(JSON.parse(body)).toEqual({
			resource,
			authorization_servers: ["https://auth.acme.test"],
			scopes_supported: ["orders.read", "orders.write"],
			bearer_methods_supported: ["header"],
		});
		expect((await send("/.well-known/oauth-protected-resource", {}, "HEAD")).status).toBe(200);
		for (const path of ["/.well-known/oauth-protected-resource/v1", "/.well-known"]) expect((await send(path)).status).toBe(404);
		expect((await send("/.well-known/oauth-protected-resource", {}, "POST")).status).toBe(404);
	});
});

test("Express: an AuthError that a handler does not catch is answered with its challenge", async () => {
	const auth = await newIssuer();
	const app = appOf(auth);
	app.use(
		(error: AuthError, _req: express.Request, res: express.Response, _next: express.NextFunction) =>
			void res.status(error.status).set(error.headers).end(error.code),
	);
	await withApp(app, async (send) => {
		const { status, headers, body } = await send("/by-hand");
		expect([status, body]).toEqual([401, "missing_token"]);
		expect(headers["www-authenticate"]).toMatch(/^Bearer resource_metadata=/);
		expect((await send("/by-hand", { authorization: `Bearer ${await auth.token()}` })).body).toBe('"shop"');
	});
});

test("Express: while the issuer is down, routes answer 503 and are well again by themselves", async () => {
	const auth = await newIssuer();
	auth.answer = () => Promise.reject(new TypeError("fetch failed"));
	await withApp(appOf(auth), async (send) => {
		const bearer = { authorization: `Bearer ${await auth.token()}` };
		const { status, headers, body } = await send("/orders", bearer);
		expect([status, headers["retry-after"], JSON.parse(body).error]).toEqual([503, "1", "temporarily_unavailable"]);
		auth.answer = (url) => auth.honestAnswer(url);
		auth.clock.pass(1);
		expect((await send("/orders", bearer)).status).toBe(200);
	});
});
