/** The value below which the share `q` (0–1) of `values` lies, interpolated; NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
	if (values.length === 0) return Number.NaN;
	const sorted = Float64Array.from(values).sort();
	const place = (sorted.length - 1) * q;
	const below = sorted[Math.floor(place)]!;
	const above = sorted[Math.ceil(place)]!;
	return below + (above - below) * (place - Math.floor(place));
}

/** The middle value; NaN for no values. */
export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/** Half the range as a share of the median: how far the rounds lie apart. 0 for fewer than two values. */
export function spread(values: readonly number[]): number {
	if (values.length < 2) return 0;
	return (Math.max(...values) - Math.min(...values)) / 2 / median(values);
}
