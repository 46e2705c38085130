import { OAuthError, parseParameters } from "@gatehouse/protocol";
import { expect, test } from "vitest";
import { type Event, type Grant, type GrantStanding, registryOf, resolveClient } from "../../model/index.ts";
import type { GrantStore } from "../../store/store.ts";
import type { GrantGround } from "./grant-type.ts";
import { refreshToken } from "./refresh-token.ts";

type RotateResult = Awaited<ReturnType<GrantStore["rotate"]>>;

const now = 1_000_000_000;
const client = resolveClient({
	id: "portal",
	metadata: { client_id: "portal", scope: "openid", grant_types: ["refresh_token"], first_party: true },
	secrets: [],
	managedBy: "store",
	held: false,
	createdAt: 0,
	updatedAt: 0,
});

/** A family that lives, at a generation. */
function standingAt(generation: number, change: Partial<Grant> = {}): GrantStanding {
	const person = { id: "alice", username: "alice", claims: {}, groups: [], enabled: true, epoch: 0, updatedAt: 0 };
	const grant = {
		id: "grant",
		clientId: "portal",
		personId: "alice",
		sessionId: "session",
		scope: ["openid"],
		requestedScope: ["openid"],
		offline: true,
		amr: ["pwd"],
		generation,
		rotatedAt: now,
		previousRotatedAt: now,
		expiresAt: now * 2,
		epoch: 1,
		personEpoch: 0,
		consentEpoch: 0,
		...change,
	};
	return { grant, person, epoch: 1, clientEnabled: true, session: undefined, consent: undefined } as unknown as GrantStanding;
}

/** Runs the rule over a store that answers as told, and remembers what was asked of it. */
async function run(presented: number, first: GrantStanding | undefined, rotations: readonly RotateResult[]) {
	const asked: string[] = [];
	const answers = [...rotations];
	const ground = {
		issuer: "https://auth.test",
		defaultAlg: "RS256",
		limits: { sessions: { idle: now, absolute: now, max: 0 }, refreshTokens: { idle: now, absolute: now } },
		registry: () => registryOf(1, [client], []),
		subjectOf: (id: string) => id,
		parseRefreshToken: () => ({ grantId: "grant", generation: presented, mac: new Uint8Array(32) }),
		isGenuine: (_presented: unknown, grant: unknown) => grant !== undefined,
		grants: {
			find: async () => first,
			rotate: async (_id: string, from: number, operation: string) => {
				asked.push(`rotate ${from} ${operation}`);
				return answers.shift();
			},
			revoke: async (_id: string, _now: number, [event]: readonly Event[]) => asked.push(`revoke ${event?.type}`),
			note: async (_id: string, event: Event) => asked.push(`note ${event.type}`),
		},
	} as unknown as GrantGround;
	const parameters = parseParameters("grant_type=refresh_token&refresh_token=x");
	const event = (type: Event["type"]): Event => ({ id: "event", at: now, type });
	try {
		const issuance = await refreshToken.conclude({ client, parameters, operation: "operation", event }, ground, now);
		return { asked, generation: issuance.refreshToken?.generation };
	} catch (error) {
		if (error instanceof OAuthError) return { asked, error: error.code };
		throw error;
	}
}

const lost = (standing: GrantStanding | undefined): RotateResult => ({ kind: "lost", standing });

test("RF-02 who wins the race has the new generation; who loses it gets the same one", async () => {
	const won: RotateResult = { kind: "rotated", grant: standingAt(2).grant };
	expect(await run(1, standingAt(1), [won])).toEqual({ asked: ["rotate 1 operation"], generation: 2 });
	expect(await run(1, standingAt(1), [lost(standingAt(2))])).toEqual({ asked: ["rotate 1 operation"], generation: 2 });
});

test("RF-02 a race that was lost by two generations is a straggler's, and ends nobody", async () => {
	expect(await run(1, standingAt(1), [lost(standingAt(3))])).toEqual({ asked: ["rotate 1 operation"], error: "invalid_grant" });
});

test("I3 a race that was lost to the end of the family, or of its row", async () => {
	const revoked = standingAt(2, { revokedAt: now });
	expect(await run(1, standingAt(1), [lost(revoked)])).toEqual({ asked: ["rotate 1 operation"], error: "invalid_grant" });
	expect(await run(1, standingAt(1), [lost(undefined)])).toEqual({ asked: ["rotate 1 operation"], error: "invalid_grant" });
});

test("a store that says lost and shows the same generation twice is not asked for ever", async () => {
	const same = [lost(standingAt(1)), lost(standingAt(1)), lost(standingAt(1))];
	expect(await run(1, standingAt(1), same)).toEqual({ asked: ["rotate 1 operation", "rotate 1 operation"], error: "invalid_grant" });
});

test("RF-05 an unknown family asks nothing of the store but once", async () => {
	expect(await run(1, undefined, [])).toEqual({ asked: [], error: "invalid_grant" });
});

test("D1 what is stale is noted for a client that authenticates, and the predecessor writes nothing", async () => {
	expect(await run(1, standingAt(4), [])).toEqual({ asked: ["note refresh.stale"], error: "invalid_grant" });
	expect(await run(3, standingAt(4), [])).toEqual({ asked: [], generation: 4 });
	expect(await run(9, standingAt(4), [])).toEqual({ asked: ["note store.regressed"], error: "invalid_grant" });
});
