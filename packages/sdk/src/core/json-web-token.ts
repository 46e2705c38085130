/** What a JWT says, believed or not. */
export type Claims = Readonly<Record<string, unknown>>;

export function headerIn(jwt: unknown): Claims | undefined {
	return segmentIn(jwt, 0);
}

export function claimsIn(jwt: unknown): Claims | undefined {
	return segmentIn(jwt, 1);
}

function segmentIn(jwt: unknown, place: number): Claims | undefined {
	try {
		const segment = String(jwt).split(".", 3)[place]!;
		const bytes = Uint8Array.from(atob(segment.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
		const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
		return typeof value === "object" && value !== null ? (value as Claims) : undefined;
	} catch {
		return undefined;
	}
}
