import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import type { RequestAuth, WebAuth } from "../../src/web/index.ts";

/** Pages that everyone may see, that say `public` of themselves, that show who is there, and that take a form. */
export type App = (auth: WebAuth) => RequestListener | Promise<RequestListener>;

const form = (auth: WebAuth) => `<form method="post" action="${auth.signOutPath}"><button>Sign out</button></form>`;

/** What a page says that anybody may keep, to browsers and to delivery networks. */
const cached = { "cache-control": "public", "cdn-cache-control": "public, max-age=600", "surrogate-control": "max-age=600" };

/** The same app in every framework that has an adapter, written as the manual does. */
export const apps: Readonly<Record<string, App>> = {
	Express(auth) {
		const app = express();
		app.use(auth.express());
		app.get("/", async (req, res) => void res.send(`${(await auth.session(req))?.user.name ?? "nobody"} ${form(auth)}`));
		app.get("/me", auth.required(), (req, res) => void res.json(req.auth.session.user));
		app.get("/cached", auth.required(), (_req, res) => void res.set({ ...cached, vary: "accept" }).send("cached"));
		app.post("/form", auth.required(), express.text({ type: "*/*" }), (req, res) => void res.send(`posted ${req.body}`));
		app.get("/orders", auth.required(), async (req, res) => void res.send(await (await req.auth.fetch(String(req.query["url"]))).text()));
		return app;
	},
	async Fastify(auth) {
		const app = fastify();
		await app.register(auth.fastify);
		app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
		const preHandler = auth.required().fastify;
		app.get("/", async (request, reply) => {
			return reply.type("text/html").send(`${(await auth.session(request))?.user.name ?? "nobody"} ${form(auth)}`);
		});
		app.get("/me", { preHandler }, async (request) => request.getDecorator<RequestAuth>("auth").session.user);
		app.get("/cached", { preHandler }, (_request, reply) => reply.headers({ ...cached, vary: "accept" }).send("cached"));
		app.post("/form", { preHandler }, async (request) => `posted ${request.body}`);
		app.get<{ Querystring: { url: string } }>("/orders", { preHandler }, async (request) => {
			return (await request.getDecorator<RequestAuth>("auth").fetch(request.query.url)).text();
		});
		await app.ready();
		return app.routing;
	},
	Hono(auth) {
		const app = new Hono<{ Variables: { auth: RequestAuth } }>();
		app.use(auth.hono());
		app.get("/", async (c) => c.html(`${(await auth.session(c.req.raw))?.user.name ?? "nobody"} ${form(auth)}`));
		app.get("/me", auth.required().hono, (c) => c.json(c.var.auth.session.user));
		app.get("/cached", auth.required().hono, (c) => c.text("cached", 200, { ...cached, vary: "accept" }));
		app.post("/form", auth.required().hono, async (c) => c.text(`posted ${await c.req.text()}`));
		app.get("/orders", auth.required().hono, async (c) => c.text(await (await c.var.auth.fetch(c.req.query("url")!)).text()));
		return getRequestListener(app.fetch);
	},
};

/** A server on a free port of loopback, whose address is known before it answers. */
export async function listen(): Promise<{ readonly server: Server; readonly url: string }> {
	const server = createServer();
	server.listen(0, "localhost");
	await once(server, "listening");
	return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` };
}
