import { type Consent, covers, whyRefused } from "../model/index.ts";
import type { Engine } from "./engine.ts";
import { isRecorded, record } from "./events.ts";
import { queries } from "./queries.ts";
import { consentFrom, grantStandingFrom } from "./rows.ts";
import type { AllowedClient, ConsentStore } from "./store.ts";

export function consentStore(engine: Engine): ConsentStore {
	const { sql, tenant, limits } = engine;

	function find(personId: string, clientId: string): Consent | undefined {
		const row = sql.get(queries.findConsent, tenant, personId, clientId);
		return row && consentFrom(row);
	}

	function put({ personId, clientId, scope, epoch, grantedAt, updatedAt }: Consent): void {
		sql.run(queries.putConsent, tenant, personId, clientId, [...scope].join(" "), epoch, grantedAt, updatedAt);
	}

	return {
		find: (personId, clientId) => engine.read(() => find(personId, clientId)),

		add: (personId, clientId, scope, now, events) =>
			engine.write(() => {
				const before = find(personId, clientId);
				const nothingNew = before !== undefined && before.scope.size > 0 && covers(before, scope);
				const { epoch = 0, grantedAt = now } = before?.scope.size ? before : { epoch: before?.epoch };
				const after: Consent = nothingNew
					? before
					: { personId, clientId, scope: new Set([...(before?.scope ?? []), ...scope]), epoch, grantedAt, updatedAt: now };
				if (!nothingNew) put(after);
				record(engine, events);
				return after;
			}),

		withdraw: (personId, clientId, now, events) =>
			engine.write(() => {
				if (isRecorded(engine, events)) return;
				const before = find(personId, clientId);
				const { epoch = 0, grantedAt = now } = before ?? {};
				put({ personId, clientId, scope: new Set(), epoch: epoch + 1, grantedAt, updatedAt: now });
				record(engine, events);
			}),

		list: (personId, now) =>
			engine.read(() => {
				const allowed = new Map<string, AllowedClient>();
				for (const row of sql.all(queries.consentsOfPerson, tenant, personId)) {
					const { clientId, scope, grantedAt } = consentFrom(row);
					allowed.set(clientId, { clientId, scope: [...scope], grantedAt });
				}
				for (const row of sql.all(queries.grantsOfPerson, tenant, personId, now)) {
					const standing = grantStandingFrom(row);
					if (whyRefused(standing, now, limits) !== undefined) continue;
					const { clientId, scope, createdAt, rotatedAt } = standing.grant;
					const other = allowed.get(clientId);
					allowed.set(clientId, {
						...other,
						clientId,
						scope: [...new Set([...(other?.scope ?? []), ...scope])],
						inUseSince: Math.min(createdAt, other?.inUseSince ?? createdAt),
						lastUsedAt: Math.max(rotatedAt, other?.lastUsedAt ?? 0),
					});
				}
				return [...allowed.values()];
			}),
	};
}
