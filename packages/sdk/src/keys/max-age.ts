const minute = 60_000;

/** RFC 9111 §5.2.2.1, never less than a minute (the issuer's load) nor more than an hour (a removed key); five minutes when not said. In milliseconds. */
export function maxAgeOf(cacheControl: string | null): number {
	const said = /(?:^|[\s,])max-age=(\d{1,9})(?:[\s,]|$)/i.exec(cacheControl ?? "")?.[1];
	return said === undefined ? 5 * minute : Math.min(60 * minute, Math.max(minute, Number(said) * 1000));
}
