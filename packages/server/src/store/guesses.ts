import type { Engine } from "./engine.ts";
import { queries } from "./queries.ts";
import { refusedGuessFrom } from "./rows.ts";
import { type GuessPlace, type GuessStore, refusedGuessesKept } from "./store.ts";

/** Whose ring it is where the name was nobody's. */
const nobody = "";

interface Window {
	readonly beganAt: number;
	readonly endsAt: number;
	readonly taken: number;
}

export function guessStore(engine: Engine): GuessStore {
	const { sql, tenant } = engine;

	/**
	 * The window that `now` lies in, give or take the clocks of several processes; after a clock was set far back, a new one.
	 * One that began ahead of `now` begins with it, so that what is taken now can be given back.
	 */
	function windowOf({ kind, bucket, window }: GuessPlace, now: number): Window {
		const row = sql.get(queries.readGuesses, tenant, kind, bucket);
		const runs = row !== undefined && row.began_at < now + window && now < row.ends_at;
		if (!runs) return { beganAt: now, endsAt: now + window, taken: 0 };
		return { beganAt: Math.min(row.began_at, now), endsAt: row.ends_at, taken: row.taken };
	}

	return {
		take: (places, now) =>
			engine.write(() => {
				const windows = places.map((place) => ({ ...place, ...windowOf(place, now) }));
				const full = windows.filter(({ taken, limit, silent }) => taken >= limit && !silent);
				if (full.length > 0) return { taken: false, until: Math.max(...full.map(({ endsAt }) => endsAt)) };
				const before = places.map((place) => {
					// Read again: two places of one guess may lie in the same bucket.
					const { beganAt, endsAt, taken } = windowOf(place, now);
					sql.run(queries.writeGuesses, tenant, place.kind, place.bucket, beganAt, endsAt, taken < place.limit ? taken + 1 : taken);
					return taken;
				});
				return { taken: true, before };
			}),
		giveBack: (buckets, takenAt) =>
			engine.write(() => {
				for (const { kind, bucket } of buckets) sql.run(queries.giveGuessBack, tenant, kind, bucket, takenAt);
			}),
		noteRefused: (personId = nobody, { at, door, traceId, userAgent, network }) =>
			engine.write(() => {
				const kept = sql.all(queries.refusedGuesses, tenant, personId);
				// Written by us, and the answer to its COMMIT was lost (F-23).
				if (kept.some((row) => row.trace_id === traceId)) return;
				const slot = kept.length < refusedGuessesKept ? kept.length : kept[0]?.slot;
				sql.run(queries.putRefusedGuess, tenant, personId, slot, at, door, traceId, userAgent, network);
			}),
		refused: (personId) => engine.read(() => sql.all(queries.refusedGuesses, tenant, personId).map(refusedGuessFrom).toReversed()),
	};
}
