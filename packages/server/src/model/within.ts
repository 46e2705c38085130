/**
 * True during the lifetime of what was made at `madeAt`. What was made further ahead than that has lived already, before
 * the clock was set back: it does not come to life again (fault row F-36).
 *
 * @example isWithin(60_000, madeAt, madeAt + 60_000); // false
 */
export function isWithin(lifetime: number, madeAt: number, now: number): boolean {
	return Math.abs(now - madeAt) < lifetime;
}
