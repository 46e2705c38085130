import { afterEach, expect, test, vi } from "vitest";
import { parties } from "../parties.ts";
import { call } from "./call.ts";
import type { RelyingParty } from "./relying-party.ts";
import type { Session } from "./sessions.ts";

afterEach(() => vi.unstubAllGlobals());

const token = { value: "a-token", scope: "", expiresAt: 0 };
const relyingParty = { tokenFor: async () => token } as unknown as RelyingParty;
const { crm, orders } = parties;

test.each([
	[crm, () => Promise.reject(new TypeError("fetch failed")), { failed: "The CRM does not answer at the moment." }],
	[orders, () => Promise.reject(new TypeError("fetch failed")), { failed: "The orders API does not answer at the moment." }],
	[crm, async () => new Response("", { status: 503 }), { failed: "The CRM answered 503." }],
	[crm, async () => new Response("", { status: 403 }), { failed: "You are not allowed to do that." }],
	[orders, async () => Response.json({ orders: [] }), { answer: { orders: [] } }],
])("an API that gives no answer is named, and one that gives one is shown: %j, %#", async ({ origin }, fetch, called) => {
	vi.stubGlobal("fetch", vi.fn(fetch));
	expect(await call(relyingParty, {} as Session, origin, "/things")).toEqual(called);
});
