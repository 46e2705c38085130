/** An instant as scripts read it. */
export function instant(milliseconds: number): string;
export function instant(milliseconds: number | undefined): string | undefined;
export function instant(milliseconds: number | undefined): string | undefined {
	return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

const units = [
	["year", 365 * 86_400_000],
	["month", 30 * 86_400_000],
	["day", 86_400_000],
	["hour", 3_600_000],
	["minute", 60_000],
] as const;

const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/**
 * How long ago an instant is, or how far ahead, in the largest unit that fits.
 *
 * @example ago(now - 3 * 86_400_000, now); // "3 days ago"
 */
export function ago(milliseconds: number, now: number): string {
	const distance = milliseconds - now;
	for (const [unit, length] of units) if (Math.abs(distance) >= length) return words.format(Math.trunc(distance / length), unit);
	return distance > 0 ? "in a moment" : "just now";
}

/** An instant to the second, for people who compare several. */
export function second(milliseconds: number): string {
	return `${instant(milliseconds).slice(0, 19).replace("T", " ")} UTC`;
}
