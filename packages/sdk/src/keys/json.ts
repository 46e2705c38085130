import { isUtf8 } from "node:buffer";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object that these bytes spell in UTF-8 JSON, or nothing. */
export function parseJsonObject(bytes: Buffer): JsonObject | undefined {
	if (!isUtf8(bytes)) return undefined;
	try {
		const value: unknown = JSON.parse(bytes.toString("utf8"));
		return isJsonObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Freezes `value` and all it holds; false when it is nested deeper than `depth` levels. */
export function freezeDeep(value: unknown, depth: number): boolean {
	if (typeof value !== "object" || value === null) return true;
	if (depth === 0) return false;
	Object.freeze(value);
	for (const name in value) {
		const member = (value as JsonObject)[name];
		if (typeof member === "object" && !freezeDeep(member, depth - 1)) return false;
	}
	return true;
}
