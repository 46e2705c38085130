import { type Event, type Grant, type GrantStanding, needsTouch, whyRefused } from "../model/index.ts";
import type { Engine } from "./engine.ts";
import { isRecorded, record } from "./events.ts";
import { noteMasterKey } from "./master-key-uses.ts";
import { queries } from "./queries.ts";
import { grantStandingFrom, grantValues, standingOf } from "./rows.ts";
import type { GrantStore, RedeemResult } from "./store.ts";

export function grantStore(engine: Engine): GrantStore {
	const { sql, tenant, limits } = engine;

	function find(id: string): GrantStanding | undefined {
		const row = sql.get(queries.findGrant, tenant, id);
		return row && grantStandingFrom(row);
	}

	/** The grant as it will stand, and the epoch of its client. */
	function prospect(grant: Grant): { readonly standing: GrantStanding; readonly clientEpoch: number } {
		const row = sql.get(queries.readConditions, tenant, grant.sessionId, grant.personId, grant.clientId);
		if (row === undefined) throw new Error("the tenant of this store has no row");
		const clientEpoch = row.client_epoch ?? 0;
		return { standing: standingOf(grant, clientEpoch, row), clientEpoch };
	}

	function touchSession({ grant, session }: GrantStanding, now: number): void {
		if (session && needsTouch(session.lastUsedAt, now, limits.sessions)) sql.run(queries.touchSession, tenant, grant.sessionId, now);
	}

	function revoke(id: string, now: number, events: readonly Event[]): boolean {
		if (sql.run(queries.revokeGrant, tenant, id, now) === 0) return false;
		record(engine, events);
		return true;
	}

	function note(id: string, event: Event): void {
		if (sql.run(queries.noteGrant, tenant, id, event.type) === 1) record(engine, [event]);
	}

	/** The code has a row already: it is ours when the answer to our COMMIT was lost; else this is its second use (D2). */
	function redeemAgain(standing: GrantStanding, operation: string, replayed: Event, now: number): RedeemResult {
		const { grant } = standing;
		if (grant.redeemedBy === operation && grant.revokedAt === undefined) return { kind: "redeemed", standing };
		if (revoke(grant.id, now, [replayed]) || isRecorded(engine, [replayed])) return { kind: "replayed" };
		return { kind: "revoked" };
	}

	return {
		find: (id) => engine.read(() => find(id)),

		redeem: ({ grant, now, redeemed, replayed }) =>
			engine.write(() => {
				const { standing, clientEpoch } = prospect(grant);
				const reason = whyRefused(standing, now, limits, true);
				if (reason === undefined && sql.run(queries.addGrant, tenant, ...grantValues(grant, clientEpoch)) === 1) {
					if (grant.generation > 0) noteMasterKey(engine, grant.macKeyVersion, grant.expiresAt);
					touchSession(standing, now);
					record(engine, [redeemed]);
					return { kind: "redeemed", standing };
				}
				const before = find(grant.id);
				return before ? redeemAgain(before, grant.redeemedBy, replayed, now) : { kind: "refused", reason: String(reason) };
			}),

		burn: (grant, now, { burnt, misuse }) =>
			engine.write(() => {
				const { clientEpoch } = prospect(grant);
				if (sql.run(queries.addGrant, tenant, ...grantValues({ ...grant, revokedAt: now }, clientEpoch)) === 1) {
					record(engine, [burnt]);
					return "burnt";
				}
				if (isRecorded(engine, [burnt])) return "burnt";
				note(grant.id, misuse);
				return "redeemed";
			}),

		rotate: (id, from, operation, now) =>
			engine.write(() => {
				const standing = find(id);
				if (standing === undefined) return { kind: "lost", standing };
				const { grant } = standing;
				if (grant.rotatedBy === operation && grant.generation === from + 1 && grant.revokedAt === undefined)
					return { kind: "rotated", grant };
				if (whyRefused(standing, now, limits) !== undefined) return { kind: "lost", standing };
				if (sql.run(queries.rotateGrant, tenant, id, from, now, operation) === 0) return { kind: "lost", standing };
				if (!grant.offline) touchSession(standing, now);
				const generation = from + 1;
				return {
					kind: "rotated",
					grant: { ...grant, generation, rotatedAt: now, previousRotatedAt: grant.rotatedAt, rotatedBy: operation },
				};
			}),

		revoke: (id, now, events) => engine.write(() => revoke(id, now, events) || isRecorded(engine, events)),

		note: (id, event) => engine.write(() => note(id, event)),
	};
}
