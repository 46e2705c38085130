import { AuthError } from "@gatehouse/sdk/web";
import { expect, test } from "vitest";
import { parties } from "../parties.ts";
import { call } from "./call.ts";

const { crm, orders } = parties;

test.each([
	[crm, () => Promise.reject(new TypeError("fetch failed")), { failed: "The CRM does not answer at the moment." }],
	[orders, () => Promise.reject(new TypeError("fetch failed")), { failed: "The orders API does not answer at the moment." }],
	[
		crm,
		() => Promise.reject(new AuthError("issuer_unreachable", "It cannot be reached.")),
		{ failed: "The sign-in service does not answer at the moment." },
	],
	[crm, async () => new Response("", { status: 503 }), { failed: "The CRM answered 503." }],
	[crm, async () => new Response("", { status: 403 }), { failed: "You are not allowed to do that." }],
	[orders, async () => Response.json({ orders: [] }), { answer: { orders: [] } }],
])("an API that gives no answer is named, and one that gives one is shown: %j, %#", async ({ origin }, fetch, called) => {
	expect(await call(fetch, `${origin}/things`)).toEqual(called);
});

test("a session that has ended is no failure of an API: it is told to the page", async () => {
	const ended = new AuthError("session_expired", "It has ended.");
	await expect(call(() => Promise.reject(ended), `${crm.origin}/things`)).rejects.toBe(ended);
});
