import type { Engine } from "./engine.ts";
import { queries } from "./queries.ts";
import type { GuessBucket, GuessStore } from "./store.ts";

interface Window {
	readonly beganAt: number;
	readonly endsAt: number;
	readonly taken: number;
}

export function guessStore(engine: Engine): GuessStore {
	const { sql, tenant } = engine;

	/** The window that `now` lies in, give or take the clocks of several processes; after a clock was set far back, a new one. */
	function windowOf({ kind, bucket }: GuessBucket, window: number, now: number): Window {
		const row = sql.get(queries.readGuesses, tenant, kind, bucket);
		const runs = row !== undefined && row.began_at < now + window && now < row.ends_at;
		return runs ? { beganAt: row.began_at, endsAt: row.ends_at, taken: row.taken } : { beganAt: now, endsAt: now + window, taken: 0 };
	}

	return {
		take: (buckets, now) =>
			engine.write(() => {
				const windows = buckets.map((place) => ({ ...place, ...windowOf(place, place.window, now) }));
				const full = windows.filter(({ taken, limit }) => taken >= limit);
				if (full.length > 0) return { taken: false, until: Math.max(...full.map(({ endsAt }) => endsAt)) };
				for (const { kind, bucket, beganAt, endsAt, taken } of windows)
					sql.run(queries.writeGuesses, tenant, kind, bucket, beganAt, endsAt, taken + 1);
				return { taken: true, before: windows.map(({ taken }) => taken) };
			}),
		giveBack: (buckets, takenAt) =>
			engine.write(() => {
				for (const { kind, bucket } of buckets) sql.run(queries.giveGuessBack, tenant, kind, bucket, takenAt);
			}),
	};
}
