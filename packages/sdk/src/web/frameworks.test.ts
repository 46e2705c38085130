import { type RequestListener, request, type Server } from "node:http";
import type { Issuer } from "@gatehouse/testing";
import { issuerTest } from "@gatehouse/testing/vitest";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { afterEach, describe, expect } from "vitest";
import { apps, listen } from "../../test/web/apps.ts";
import { company, secret } from "../../test/web/house.ts";
import { type AuthError, createWebAuth, type WebAuth } from "./index.ts";

const test = issuerTest(company);
const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.close();
		server.closeAllConnections();
	}
});

let count = 0;

/** The app in one framework, in front of the issuer, with an API beside it whose resource is its own address. */
async function start(name: string, issuer: Issuer) {
	const [{ server, url }, api] = [await listen(), await listen()];
	servers.push(server, api.server);
	const seen: string[] = [];
	api.server.on("request", ({ headers }, response) => {
		seen.push(headers.authorization ?? "");
		response.end("the orders");
	});
	const clientId = `crm-${++count}`;
	const { client_secret: secret = "" } = await issuer.addClient({
		client_id: clientId,
		redirect_uris: [`${url}/auth/callback`],
		post_logout_redirect_uris: [`${url}/`],
		grant_types: ["authorization_code", "refresh_token"],
		scope: "openid profile offline_access orders.read",
		first_party: true,
	});
	const auth = createWebAuth({
		issuer: issuer.url,
		clientId,
		clientAuth: secret,
		origin: url,
		resources: { "https://orders.acme.test": { urls: [api.url] } },
	});
	server.on("request", await apps[name]!(auth));
	return { url, api: api.url, seen, clientId };
}

for (const name of Object.keys(apps))
	describe(name, () => {
		test("a page is reached by signing in on the way, shows who is there, calls an API in their name, and a form signs out", async ({
			issuer,
		}) => {
			const { url, api, seen, clientId } = await start(name, issuer);
			const alice = issuer.visitor();
			const page = await alice.open(`${url}/me?tab=2`);
			expect([page.url.href, JSON.parse(page.text)["name"]]).toEqual([`${url}/me?tab=2`, "Alice Example"]);
			expect((await alice.open(`${url}/orders?url=${api}/mine`)).text).toBe("the orders");
			expect(JSON.parse(Buffer.from(seen[0]!.split(".")[1]!, "base64url").toString())).toMatchObject({
				aud: "https://orders.acme.test",
				client_id: clientId,
			});
			expect((await alice.open(url)).text).toContain("Alice Example");
			const out = await alice.press();
			expect([out.url.href, out.text]).toEqual([`${url}/`, expect.stringContaining("nobody")]);
			expect(await issuer.sessions("alice")).toEqual([]);
		});

		test("a call without a session is answered 401 with JSON, a page leads to the sign-in", async ({ issuer }) => {
			const { url } = await start(name, issuer);
			const call = await fetch(`${url}/me`, { headers: { accept: "application/json" }, redirect: "manual" });
			expect([call.status, await call.json()]).toEqual([401, expect.objectContaining({ error: "not_signed_in", signIn: "/auth/sign-in" })]);
			const page = await issuer.visitor().open(`${url}/me?a=1`, { until: ({ pathname }) => pathname === "/auth/sign-in" });
			expect(page.url.href).toBe(`${url}/auth/sign-in?returnTo=%2Fme%3Fa%3D1`);
			const posted = await fetch(`${url}/form`, { method: "POST", body: "x".repeat(100_000) });
			expect(posted.status).toBe(401);
		});

		test("RP-03: the app's own answers behind the guard are kept by no cache, though they say that they may be", async ({ issuer }) => {
			const { url } = await start(name, issuer);
			const alice = issuer.visitor();
			const { headers, text } = await alice.open(`${url}/cached`);
			expect([text, headers["cache-control"], String(headers["vary"]).toLowerCase()]).toEqual(["cached", "no-store", "accept, cookie"]);
			expect([headers["cdn-cache-control"], headers["surrogate-control"]]).toEqual([undefined, undefined]);
			expect((await alice.open(`${url}/me`)).headers["cache-control"]).toBe("no-store");
		});

		test("a body that is posted to a guarded route reaches the app", async ({ issuer }) => {
			const { url, clientId } = await start(name, issuer);
			const alice = issuer.visitor();
			await alice.open(`${url}/me`);
			const session = `__Host-Http-session-${clientId}`;
			const cookie = `${session}=${alice.cookie(url, session)}`;
			const answer = await fetch(`${url}/form`, { method: "POST", headers: { cookie, "content-type": "text/plain" }, body: "the body" });
			expect([answer.status, await answer.text()]).toEqual([200, "posted the body"]);
		});

		test("the issuer's word from behind is taken, though the app parses bodies itself", async ({ issuer }) => {
			const { url, clientId } = await start(name, issuer);
			const alice = issuer.visitor();
			await alice.open(`${url}/me`);
			const body = new URLSearchParams({ logout_token: await issuer.logoutToken({ clientId, person: "alice" }) });
			expect((await fetch(`${url}/auth/backchannel`, { method: "POST", body })).status).toBe(200);
			expect((await alice.open(url)).text).toContain("nobody");
		});
	});

describe("an app that forgot the routes", () => {
	const forgetful: Readonly<Record<string, (auth: WebAuth) => RequestListener | Promise<RequestListener>>> = {
		Express: (auth) => express().get("/me", auth.required(), (_req, res) => void res.send("me")),
		async Fastify(auth) {
			const app = fastify();
			app.get("/me", { preHandler: auth.required().fastify }, async () => "me");
			await app.ready();
			return app.routing;
		},
		Hono: (auth) => getRequestListener(new Hono().get("/me", auth.required().hono, (c) => c.text("me")).fetch),
	};
	for (const [name, made] of Object.entries(forgetful))
		test(`is told so on localhost, in ${name}, and what to write`, async ({ issuer }) => {
			const { server, url } = await listen();
			servers.push(server);
			const told: string[] = [];
			const onError = ({ message }: AuthError) => void told.push(message);
			server.on("request", await made(createWebAuth({ issuer: issuer.url, clientId: "crm", clientAuth: secret, origin: url, onError })));
			const page = await issuer.visitor().open(`${url}/me`);
			expect([page.status, page.text]).toEqual([500, expect.stringContaining(told[0]!)]);
			expect(told[0]).toMatch(/^Nothing answers \/auth\/sign-in\. Put app\.use\(auth\.express\(\)\)/);
			expect(told).toHaveLength(1);
		});
});

const methods: Readonly<Record<string, (auth: WebAuth) => RequestListener | Promise<RequestListener>>> = {
	Express: (auth) => express().use("/vault", auth.required()),
	async Fastify(auth) {
		const app = fastify();
		app.all("/vault", { preHandler: auth.required().fastify }, async () => "open");
		await app.ready();
		return app.routing;
	},
	Hono: (auth) => getRequestListener(new Hono().use("/vault", auth.required().hono).fetch),
};

test.for(Object.keys(methods))(
	"PG-14: a method that fetch does not know is 405 at a guard, and no fault of the app's: %s",
	async (name, { issuer }) => {
		const { server, url } = await listen();
		servers.push(server);
		const auth = createWebAuth({ issuer: issuer.url, clientId: "crm", clientAuth: secret, origin: url });
		server.on("request", await methods[name]!(auth));
		const statusOf = (method: string) =>
			new Promise((resolve) => {
				request(`${url}/vault`, { method, agent: false }, (answer) => resolve(answer.resume().statusCode)).end();
			});
		expect(await statusOf("TRACE")).toBe(405);
		expect(await statusOf("GET")).toBe(401);
	},
);
