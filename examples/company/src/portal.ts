import { createServer } from "node:http";
import { AuthError } from "@gatehouse/sdk/web";
import express, { type NextFunction, type Request, type Response } from "express";
import { parties } from "./parties.ts";
import { auth } from "./portal/auth.ts";
import { call } from "./portal/call.ts";
import { frame } from "./portal/frame.ts";
import { heldTokens } from "./portal/held-tokens.ts";
import { type Customers, customersPart, type Orders, ordersPart, personOf, tokensPart, welcome } from "./portal/parts.ts";
import { run } from "./run.ts";
import { type Html, html } from "./web/html.ts";
import { notice, page, send } from "./web/page.ts";
import { pageHeaders } from "./web/page-headers.ts";

/*
 * A web app whose pages are made on a server. The browser gets a cookie and pages, never a token; with the tokens the portal calls both APIs,
 * each with one that is for it alone.
 */
const { crm, orders } = parties;
const app = express().disable("x-powered-by").disable("etag");

app.use((request, response, next) => {
	response.set(pageHeaders);
	response.on("finish", () => console.log(`${request.method} ${request.path} ${response.statusCode}`));
	next();
});
app.get("/style.css", (_request, response) => response.sendFile("web/style.css", { root: import.meta.dirname }));
// Signing in and out, under /auth.
app.use(auth.express());

app.get("/", async (request, response) => {
	const session = await auth.session(request);
	if (!session) return send(response, welcome());
	const fetch = auth.api(request);
	const [customers, open] = await Promise.all([
		call<Customers>(fetch, `${crm.origin}/customers`),
		call<Orders>(fetch, `${orders.origin}/orders`),
	]);
	const tokens = await heldTokens(request, [crm.origin, orders.origin]);
	const { name = "Somebody", email = "" } = session.user;
	const parts = html`${customersPart(customers, tokens)}${ordersPart(open)}${tokensPart(tokens)}`;
	send(response, page(frame, frame.name, html`<h1>Good to see you, ${name}</h1><p class="lead">${email}</p>${parts}`, personOf(session)));
});

// The guard refuses a form that no page of the portal has sent, too.
app.post("/customers", auth.required(), express.urlencoded({ extended: false, limit: "4kb" }), async (request, response) => {
	const { name, town } = request.body as Record<string, unknown>;
	const added = await call(auth.api(request), `${crm.origin}/customers`, { name: String(name), town: String(town) });
	if (added.failed === undefined) response.redirect(303, "/");
	else send(response, notice(frame, "The customer was not added", added.failed, html`<a class="button" href="/">Back</a>`), 400);
});

app.get("/signed-out", (_request, response) => {
	const text = "If you left the portal only, Larkfield still knows you, and the next sign-in asks nothing.";
	send(response, notice(frame, "You are signed out", text, signIn));
});

app.use((_request, response) => send(response, notice(frame, "There is no such page", "Perhaps the address has a slip.", toStart), 404));
app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
	const ended = error instanceof AuthError && error.action === "sign-in";
	console.error(`${request.method} ${request.path}: ${error instanceof Error ? error.message : error}`);
	if (ended)
		send(response, notice(frame, "You are signed out", "Your sign-in has ended elsewhere, or the permission was taken back.", signIn), 401);
	else send(response, notice(frame, "That did not work", "Please try again in a moment.", toStart), statusOf(error));
});
run("portal", createServer(app));

const signIn: Html = html`<a class="button" id="sign-in" href="${auth.signInPath()}">Sign in</a>`;
const toStart: Html = html`<a class="button" href="/">To the start page</a>`;

/** What a parser of forms refuses has a status of its own; anything else is on this side, and passes. */
function statusOf(error: unknown): number {
	const { status } = Object(error) as { readonly status?: unknown };
	return typeof status === "number" ? status : 503;
}
