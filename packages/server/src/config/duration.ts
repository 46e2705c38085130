const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Milliseconds of a duration as the configuration writes it: a whole number and one of `s m h d`.
 *
 * @returns undefined for everything else.
 * @example parseDuration("10m"); // 600_000
 */
export function parseDuration(text: string): number | undefined {
	const match = /^(\d{1,9})([smhd])$/.exec(text);
	return match ? Number(match[1]) * units[match[2] as keyof typeof units] : undefined;
}

/** The shortest spelling of a duration: `formatDuration(5_400_000)` is `"90m"`. */
export function formatDuration(milliseconds: number): string {
	const unit = (["d", "h", "m", "s"] as const).find((name) => milliseconds % units[name] === 0) ?? "s";
	return `${Math.round(milliseconds / units[unit])}${unit}`;
}
