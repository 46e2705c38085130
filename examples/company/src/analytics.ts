import "./localhost.ts";
import { createServer } from "node:http";
import { join } from "node:path";
import express, { type NextFunction, type Request, type Response } from "express";
import { browserOf, change, remember, take } from "./analytics/browsers.ts";
import {
	authorizationUrl,
	type Connection,
	connect,
	disconnect,
	newAttempt,
	PermissionDenied,
	PermissionOver,
	read,
} from "./analytics/larkfield.ts";
import { commandPrefix, parties } from "./parties.ts";
import { run } from "./run.ts";
import { type Html, html } from "./web/html.ts";
import { notice, page, part, send, table } from "./web/page.ts";
import { pageHeaders } from "./web/page-headers.ts";

/*
 * Somebody else's app. It may see the customers of whoever agrees, and nothing more; it never sees a password, and the permission can
 * be taken back. It signs nobody out of the company: that is not its business.
 */
const { auth, analytics } = parties;
const frame = { app: "analytics", name: "Analytics" };

interface Customers {
	readonly customers: readonly { readonly town: string }[];
}

const app = express().disable("x-powered-by").disable("etag");

app.use((request, response, next) => {
	response.set(pageHeaders);
	response.on("finish", () => console.log(`${request.method} ${request.path} ${response.statusCode}`));
	next();
});
app.get("/style.css", (_request, response) => response.sendFile("style.css", { root: join(import.meta.dirname, "web") }));

app.get("/", async (request, response) => {
	const connection = browserOf(request)?.connection;
	if (!connection) {
		send(
			response,
			notice(frame, "See where your customers are", "Larkfield asks you first what this app may see.", button("Connect with Larkfield")),
		);
		return;
	}
	const list = await towns(connection);
	const towards = part("towns", "Customers by town", "Read from the CRM with your permission.", html`${list}${takeBack(connection)}`);
	send(response, page(frame, frame.name, html`<h1>Hello, ${connection.name}</h1>${towards}`, connection));
});

app.get("/sign-in", async (request, response) => {
	const attempt = newAttempt();
	const url = await authorizationUrl(attempt);
	remember(request, response, attempt);
	response.redirect(303, url.href);
});

app.get("/callback", async (request, response) => {
	const { search, searchParams } = new URL(request.originalUrl, analytics.origin);
	const attempt = take(request, searchParams.get("state") ?? "");
	if (attempt) change(request, response, await connect(search, attempt));
	else if (!browserOf(request)?.connection) {
		send(response, notice(frame, "This sign-in is over", "It was begun too long ago, or in another browser.", button("Sign in")), 400);
		return;
	}
	response.redirect(303, "/");
});

app.post("/sign-out", express.urlencoded({ extended: false, limit: "4kb" }), ownForm, async (request, response) => {
	const connection = browserOf(request)?.connection;
	change(request, response, undefined);
	if (connection) await disconnect(connection);
	response.redirect(303, "/");
});

app.use((_request, response) => send(response, notice(frame, "There is no such page", "Perhaps the address has a slip.", toStart()), 404));
app.use(failed);
run("analytics", createServer(app));

async function towns(connection: Connection): Promise<Html> {
	try {
		const { customers } = await read<Customers>(connection, "/customers");
		const rows = [...Map.groupBy(customers, ({ town }) => town)].map(([town, there]) => {
			return [town, String(there.length), "●".repeat(Math.min(there.length, 40))];
		});
		return table("Customers by town", ["Town", { amount: "Customers" }, "At a glance"], rows, "No customers yet.");
	} catch (error) {
		if (error instanceof PermissionOver) throw error;
		console.error(`GET /: ${(error as Error).message}`);
		return html`<p class="failure">The CRM does not answer at the moment.</p>`;
	}
}

/** Refuses a form that this browser's own page did not make. */
function ownForm(request: Request, response: Response, next: NextFunction): void {
	const { form_token: sent } = (request.body ?? {}) as Record<string, unknown>;
	const expected = browserOf(request)?.connection?.formToken;
	if ((request.get("sec-fetch-site") ?? "same-origin") === "same-origin" && expected !== undefined && sent === expected) next();
	else
		send(response, notice(frame, "That form is out of date", "Nothing was done. You may have signed out in the meantime.", toStart()), 403);
}

function failed(error: unknown, request: Request, response: Response, _next: NextFunction): void {
	console.log(`${request.method} ${request.path}: ${(error as Error).message || "the permission is over"}`);
	if (error instanceof PermissionDenied) {
		const text = `That is fine: ${frame.name} was given nothing. You can change your mind.`;
		send(response, notice(frame, "Permission was not given", text, button("Try again")), 403);
		return;
	}
	if (error instanceof PermissionOver) {
		change(request, response, undefined);
		const text = "Your sign-in has ended elsewhere, or the permission was taken back.";
		send(response, notice(frame, "You are signed out", text, button("Sign in")), 401);
		return;
	}
	send(response, notice(frame, "That did not work", "The sign-in service did not answer as expected.", button("Try again")), 502);
}

function button(text: string): Html {
	return html`<a class="button" id="sign-in" href="/sign-in">${text}</a>`;
}

function toStart(): Html {
	return html`<a class="button" href="/">To the start page</a>`;
}

function takeBack({ username }: Connection): Html {
	const command = `npx gatehouse consent revoke --user ${username} --client analytics --config examples/company/gatehouse.config.ts`;
	const account = html`<a href="${auth.origin}/account">your account page at Larkfield</a>`;
	return html`<p class="hint" id="take-back">You can take this permission back at any time, on ${account}. Whoever operates Larkfield can do it with this: <code>${commandPrefix}${command}</code></p>`;
}
