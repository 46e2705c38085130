import type { Session } from "@gatehouse/sdk/web";
import { parties } from "../parties.ts";
import { type Html, html } from "../web/html.ts";
import { buttonForm, notice, type Person, part, table } from "../web/page.ts";
import { auth } from "./auth.ts";
import type { Called } from "./call.ts";
import { frame } from "./frame.ts";
import type { HeldToken } from "./held-tokens.ts";

const { crm } = parties;

export interface Customers {
	readonly customers: readonly { readonly name: string; readonly town: string }[];
}

export interface Orders {
	readonly orders: readonly { readonly number: number; readonly customer: string; readonly total: string; readonly state: string }[];
}

export function welcome(): Html {
	return notice(
		frame,
		"Customers and orders in one place",
		`Your password is asked for at ${new URL(parties.auth.origin).host} alone; the portal never sees it.`,
		html`<a class="button" id="sign-in" href="${auth.signInPath()}">Sign in</a>`,
	);
}

export function personOf({ user }: Session): Person {
	return { name: user.name ?? "Somebody", signOut: buttonForm("sign-out", auth.signOutPath, "Sign out") };
}

export function customersPart({ answer, failed }: Called<Customers>, tokens: readonly HeldToken[]): Html {
	const rows = answer?.customers.map(({ name, town }) => [name, town]);
	const list = rows ? table("Customers", ["Name", "Town"], rows, "No customers yet.") : failure(failed);
	const mayAdd = tokens.some(({ resource, scope }) => resource === crm.origin && scope.includes("crm.write"));
	return part(
		"customers",
		"Customers",
		"From the CRM, with a token that is for it alone.",
		html`${list}${answer ? (mayAdd ? addCustomer : readOnly) : html``}`,
	);
}

const readOnly = html`<p class="hint">Only people in sales may add customers.</p>`;

const addCustomer = html`<form method="post" action="/customers" class="row">
<label for="customer-name">Name<input id="customer-name" name="name" maxlength="80" required></label>
<label for="customer-town">Town<input id="customer-town" name="town" maxlength="80" required></label>
<button id="customer-submit" class="button">Add</button></form>`;

const pounds = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP" });

export function ordersPart({ answer, failed }: Called<Orders>): Html {
	const rows = answer?.orders.map(({ number, customer, total, state }) => [String(number), customer, pounds.format(Number(total)), state]);
	const list = rows ? table("Orders", ["Number", "Customer", { amount: "Total" }, "State"], rows, "No orders yet.") : failure(failed);
	return part("orders", "Orders", "From the orders API. The CRM’s token would be refused there.", list);
}

export function tokensPart(tokens: readonly HeldToken[]): Html {
	const rows = tokens.map(({ resource, scope, expiresIn }) => [
		new URL(resource).host,
		scope.join(" "),
		`${Math.round(expiresIn / 60)} min`,
	]);
	const leave = buttonForm(
		"sign-out-here",
		auth.signOutPath,
		"Sign out of the portal only",
		html`<input type="hidden" name="everywhere" value="false">`,
	);
	return part(
		"tokens",
		"What the portal holds",
		"One short-lived token for each API. They stay on the server.",
		html`${table("Tokens", ["For", "Allows", "Good for"], rows, "None at the moment.")}${leave}`,
	);
}

function failure(reason = ""): Html {
	return html`<p class="failure" role="alert">This part cannot be shown. ${reason}</p>`;
}
