import "./localhost.ts";
import { createServer } from "node:http";
import express from "express";
import { commandPrefix, parties } from "./parties.ts";
import { run } from "./run.ts";
import { secretOf } from "./secrets.ts";
import { call } from "./web/call.ts";
import { type Html, html } from "./web/html.ts";
import { buttonForm, notice, page, part, send, table } from "./web/page.ts";
import { createRelyingParty } from "./web/relying-party.ts";
import type { Session } from "./web/sessions.ts";
import { createWebApp } from "./web/web-app.ts";

/*
 * Somebody else's app. It may see the customers of whoever agrees, and nothing more; it never sees a password, and the permission can
 * be taken back. It signs nobody out of the company: that is not its business.
 */
const { auth, analytics, crm } = parties;
const frame = { app: "analytics", name: "Analytics" };
const relyingParty = createRelyingParty({
	clientId: "analytics",
	clientSecret: secretOf("analytics"),
	origin: analytics.origin,
	scope: "openid profile offline_access crm.read",
	resources: [crm.origin],
});
const web = createWebApp(relyingParty, frame);

interface Customers {
	readonly customers: readonly { readonly town: string }[];
}

web.app.get("/", async (request, response) => {
	const session = web.session(request);
	if (!session) {
		const connect = html`<a class="button" id="sign-in" href="/sign-in">Connect with Larkfield</a>`;
		send(response, notice(frame, "See where your customers are", "Larkfield asks you first what this app may see.", connect));
		return;
	}
	const { answer, failed } = await call<Customers>(relyingParty, session, crm.origin, "/customers");
	const towns = Map.groupBy(answer?.customers ?? [], ({ town }) => town);
	const rows = [...towns].map(([town, there]) => [town, String(there.length), "●".repeat(Math.min(there.length, 40))]);
	const list =
		failed === undefined
			? table("Customers by town", ["Town", { amount: "Customers" }, "At a glance"], rows, "No customers yet.")
			: html`<p class="failure">${failed}</p>`;
	const towards = part("towns", "Customers by town", "Read from the CRM with your permission.", html`${list}${takeBack(session)}`);
	send(response, page(frame, frame.name, html`<h1>Hello, ${session.name}</h1>${towards}`, personOf(session)));
});

web.app.post("/sign-out", express.urlencoded({ extended: false, limit: "4kb" }), web.ownForm, async (request, response) => {
	await relyingParty.giveBack(web.endSession(request, response) as Session);
	response.redirect(303, "/");
});

web.catchErrors();
run("analytics", createServer(web.app));

function personOf({ name, formToken }: Session) {
	const proof = html`<input type="hidden" name="form_token" value="${formToken}">`;
	return { name, signOut: buttonForm("sign-out", "/sign-out", "Sign out", proof) };
}

function takeBack({ username }: Session): Html {
	const command = `npx gatehouse consent revoke --user ${username} --client analytics --config examples/company/gatehouse.config.ts`;
	const account = html`<a href="${auth.origin}/account">your account page at Larkfield</a>`;
	return html`<p class="hint" id="take-back">You can take this permission back at any time, on ${account}. Whoever operates Larkfield can do it with this: <code>${commandPrefix}${command}</code></p>`;
}
