/** No honest document nests deeper (D7, attack row AZ-18). */
const maxDepth = 32;

/**
 * Reads a JSON object of a stranger: at most 32 levels deep, so that whatever walks it afterwards comes to an end.
 *
 * @returns undefined for everything else.
 * @example parseJsonObject('{"exp":1}'); // { exp: 1 }
 */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		return undefined;
	}
	return isJsonObject(json) && !isDeeperThan(json, maxDepth) ? json : undefined;
}

/** True for what is neither a single value nor a list. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDeeperThan(value: unknown, depth: number): boolean {
	if (typeof value !== "object" || value === null) return false;
	return depth === 0 || Object.values(value).some((member) => isDeeperThan(member, depth - 1));
}
