/** From which age on a time is told in that unit, in seconds. */
const units = [
	["day", 86_400],
	["hour", 3_600],
	["minute", 60],
] as const;

/**
 * How long ago something was, in the largest unit that fits; undefined for less than two minutes, which is now.
 *
 * @example ago("de", 7_300) // "vor 2 Stunden"
 */
export function ago(lang: string, seconds: number): string | undefined {
	const unit = units.find(([, length]) => seconds >= length);
	if (unit === undefined || seconds < 120) return undefined;
	const [name, length] = unit;
	return new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(-Math.floor(seconds / length), name);
}
