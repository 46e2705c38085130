/** A memory of at most so many answers; the oldest is forgotten first. */
export interface BoundedMap<Value> {
	get(key: string): Value | undefined;
	set(key: string, value: Value): void;
	readonly size: number;
}

/**
 * Makes a {@link BoundedMap}, so that whoever can invent keys cannot grow the process.
 *
 * @example createBoundedMap<Buffer>(1000).set("a", digest);
 */
export function createBoundedMap<Value>(limit: number): BoundedMap<Value> {
	const entries = new Map<string, Value>();
	return {
		get: (key) => entries.get(key),
		set(key, value) {
			if (!entries.has(key) && entries.size >= limit) {
				const oldest = entries.keys().next();
				if (!oldest.done) entries.delete(oldest.value);
			}
			entries.set(key, value);
		},
		get size() {
			return entries.size;
		},
	};
}
