import "./localhost.ts";
import { createServer } from "node:http";
import express from "express";
import { parties } from "./parties.ts";
import { run } from "./run.ts";
import { secretOf } from "./secrets.ts";
import { type Called, call } from "./web/call.ts";
import { type Html, html } from "./web/html.ts";
import { formToken, notice, page, part, send, table } from "./web/page.ts";
import { createRelyingParty } from "./web/relying-party.ts";
import type { Session } from "./web/sessions.ts";
import { createWebApp } from "./web/web-app.ts";

/*
 * A server-rendered web app with a session of its own. The browser gets a cookie and pages, never a token; with the tokens the portal
 * calls both APIs, each with one that is for it alone.
 */
const { auth, crm, orders, portal } = parties;
const frame = { app: "portal", name: "Larkfield Portal" };
const relyingParty = createRelyingParty({
	clientId: "portal",
	clientSecret: secretOf("portal"),
	origin: portal.origin,
	scope: "openid profile email offline_access crm.read crm.write orders.read",
	resources: [crm.origin, orders.origin],
});
const web = createWebApp(relyingParty, frame);
const form = express.urlencoded({ extended: false, limit: "4kb" });

interface Customers {
	readonly customers: readonly { readonly name: string; readonly town: string }[];
}

interface Orders {
	readonly orders: readonly { readonly number: number; readonly customer: string; readonly total: string; readonly state: string }[];
}

web.app.get("/", async (request, response) => {
	const session = web.session(request);
	if (!session) {
		send(response, welcome());
		return;
	}
	const [customers, openOrders] = await Promise.all([
		call<Customers>(relyingParty, session, crm.origin, "/customers"),
		call<Orders>(relyingParty, session, orders.origin, "/orders"),
	]);
	const parts = html`${customersPart(session, customers)}${ordersPart(openOrders)}${tokensPart(session)}`;
	send(
		response,
		page(frame, frame.name, html`<h1>Good to see you, ${session.name}</h1><p class="lead">${session.email}</p>${parts}`, session),
	);
});

web.app.post("/customers", form, web.ownForm, async (request, response) => {
	const { name, town } = request.body as Record<string, unknown>;
	const session = web.session(request) as Session;
	const added = await call(relyingParty, session, crm.origin, "/customers", { name: String(name), town: String(town) });
	if (added.failed === undefined) response.redirect(303, "/");
	else send(response, notice(frame, "The customer was not added", added.failed, html`<a class="button" href="/">Back</a>`), 400);
});

/** Both ends: the tokens are given back, the session here ends, and the browser goes on to end the one at `auth`. */
web.app.post("/sign-out", form, web.ownForm, async (request, response) => {
	const session = web.endSession(request, response) as Session;
	await relyingParty.giveBack(session);
	response.redirect(303, (await relyingParty.endSessionUrl(session, `${portal.origin}/signed-out`)).href);
});

/** This end only: at `auth` the person stays signed in, and the next sign-in asks nothing. */
web.app.post("/sign-out-here", form, web.ownForm, async (request, response) => {
	await relyingParty.giveBack(web.endSession(request, response) as Session);
	response.redirect(303, "/signed-out-here");
});

web.app.get("/signed-out-here", (_request, response) => {
	const text = "At Larkfield you are still signed in: the next sign-in asks nothing.";
	send(response, notice(frame, "You are signed out of the portal", text, signIn));
});

web.app.get("/signed-out", (_request, response) => {
	send(response, notice(frame, "You are signed out", "Here, and at the company’s sign-in.", signIn));
});

web.catchErrors();
run("portal", createServer(web.app));

const pounds = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP" });

const signIn = html`<a class="button" id="sign-in" href="/sign-in">Sign in</a>`;

function welcome(): Html {
	return notice(
		frame,
		"Customers and orders in one place",
		`Your password is asked for at ${new URL(auth.origin).host} alone; the portal never sees it.`,
		signIn,
	);
}

function customersPart(session: Session, { answer, failed }: Called<Customers>): Html {
	const list = answer
		? table(
				"Customers",
				["Name", "Town"],
				answer.customers.map(({ name, town }) => [name, town]),
				"No customers yet.",
			)
		: failure(failed);
	const mayAdd = session.tokens.get(crm.origin)?.scope.split(" ").includes("crm.write") ?? false;
	return part(
		"customers",
		"Customers",
		"From the CRM, with a token that is for it alone.",
		html`${list}${answer ? (mayAdd ? addCustomer(session) : readOnly) : html``}`,
	);
}

const readOnly = html`<p class="hint">Only people in sales may add customers.</p>`;

function addCustomer(session: Session): Html {
	return html`<form method="post" action="/customers" class="row">${formToken(session)}
<label for="customer-name">Name<input id="customer-name" name="name" maxlength="80" required></label>
<label for="customer-town">Town<input id="customer-town" name="town" maxlength="80" required></label>
<button id="customer-submit" class="button">Add</button></form>`;
}

function ordersPart({ answer, failed }: Called<Orders>): Html {
	const rows = answer?.orders.map(({ number, customer, total, state }) => [String(number), customer, pounds.format(Number(total)), state]);
	const list = rows ? table("Orders", ["Number", "Customer", { amount: "Total" }, "State"], rows, "No orders yet.") : failure(failed);
	return part("orders", "Orders", "From the orders API. The CRM’s token would be refused there.", list);
}

function tokensPart(session: Session): Html {
	const rows = [...session.tokens].map(([resource, { scope, expiresAt }]) => {
		return [new URL(resource).host, scope, `${Math.max(0, Math.round((expiresAt - Date.now()) / 60_000))} min`];
	});
	const leave = html`<form method="post" action="/sign-out-here">${formToken(session)}<button id="sign-out-here" class="quiet">Sign out of the portal only</button></form>`;
	return part(
		"tokens",
		"What the portal holds",
		"One short-lived token for each API. They stay on the server.",
		html`${table("Tokens", ["For", "Allows", "Good for"], rows, "")}${leave}`,
	);
}

function failure(reason = ""): Html {
	return html`<p class="failure" role="alert">This part cannot be shown. ${reason}</p>`;
}
