import { expect, test } from "vitest";
import { registryOf, resolveClient } from "../model/index.ts";
import type { Logout } from "../store/store.ts";
import { createLogouts, type LogoutsGround } from "./logouts.ts";

const row: Logout = { sessionId: "s", clientId: "portal", personId: "p", state: "waiting", endedAt: 0, attempts: 1, dueAt: 30_000 };
const portal = resolveClient({
	id: "portal",
	metadata: { client_id: "portal", backchannel_logout_uri: "https://portal.example/out" },
	secrets: [],
	managedBy: "store",
	held: false,
	createdAt: 0,
	updatedAt: 0,
});

/** A queue of rows, and what was settled of them. */
function queueOf(rows: readonly Logout[], about: Partial<LogoutsGround> = {}) {
	const waiting = [...rows];
	const settled: unknown[] = [];
	const failures: string[] = [];
	const logouts = createLogouts({
		registry: () => registryOf(0, [portal], []),
		subjectOf: (personId) => personId,
		logoutToken: async () => "token",
		post: async () => ({ status: 200, mediaType: "", body: new Uint8Array() }),
		newEvent: (at, event) => ({ id: "event", at, ...event }),
		now: () => 1_000,
		failed: (error) => failures.push(String(error)),
		logouts: {
			take: async (_now, _until, busy) => (busy.length > 0 ? [] : waiting.splice(0, 1)),
			settle: async (_sessionId, _clientId, how) => {
				settled.push(how);
				return true;
			},
		},
		...about,
	});
	return { logouts, settled, failures };
}

test("what goes wrong here counts as an attempt, is logged, and keeps nobody else waiting", async () => {
	let made = 0;
	const { logouts, settled, failures } = queueOf([row, { ...row, sessionId: "t" }], {
		logoutToken: async () => {
			if (made++ === 0) throw new Error("there is no key that signs EdDSA");
			return "token";
		},
	});
	await logouts.idle();
	expect(failures).toEqual(["Error: there is no key that signs EdDSA"]);
	expect(settled).toEqual([
		{ state: "waiting", dueAt: 3_000, reason: "Gatehouse could not make the token: its log says why" },
		{ state: "confirmed", at: 1_000 },
	]);
});

test.each([true, false])("CA-09 who registered itself, %s, waits among strangers", async (registeredItself) => {
	const asked: unknown[] = [];
	const { logouts, settled } = queueOf([row], {
		registry: () => registryOf(0, [{ ...portal, registeredItself }], []),
		post: async (_uri, _form, about) => {
			asked.push(about);
			return { status: 200, mediaType: "", body: new Uint8Array() };
		},
	});
	await logouts.idle();
	expect([asked, settled]).toEqual([[{ stranger: registeredItself }], [{ state: "confirmed", at: 1_000 }]]);
});

test("a store that cannot be asked is told of, and asked again at the next look", async () => {
	let asked = 0;
	const { logouts, failures } = queueOf([], {
		logouts: {
			take: async () => {
				asked++;
				if (asked === 1) throw new Error("locked");
				return [];
			},
			settle: async () => true,
		},
	});
	await expect(logouts.look()).rejects.toThrow("locked");
	await logouts.look();
	expect([asked, failures]).toEqual([2, []]);
	await logouts.stop();
	await logouts.look();
	expect(asked).toBe(2);
});
