import type { SealedTypes } from "./tokens.ts";

/** The format that is written. A field may be added under a new short name without a new format. */
const format = 1;

/** Short names of the fields, because sealed values travel in URLs; the compiler sees to it that none is forgotten. */
const waitingRequest = {
	leadsTo: "l",
	parameters: "p",
	settled: "s",
	browser: "b",
	sessionId: "i",
	restarted: "r",
	stale: "o",
	signed: "g",
} as const;
const shortNames: { readonly [Purpose in keyof SealedTypes]: Readonly<Record<keyof SealedTypes[Purpose], string>> } = {
	code: {
		grantId: "g",
		clientId: "c",
		redirectUri: "u",
		codeChallenge: "h",
		nonce: "n",
		personId: "p",
		sessionId: "i",
		scope: "s",
		requestedScope: "q",
		resourceNamed: "r",
		authTime: "t",
		amr: "a",
		claims: "l",
		offline: "o",
		needsConsent: "k",
		epoch: "e",
		personEpoch: "f",
		consentEpoch: "d",
	},
	request: waitingRequest,
	answered: waitingRequest,
	post: { path: "p", parameters: "q" },
	receipt: { sessionId: "i", browser: "b" },
};
const tables = new Map(Object.entries(shortNames).map(([purpose, names]) => [purpose, Object.entries(names)]));

/** The text that is sealed: `[format, sealedAt, fields]`. */
export function writeSealed<Purpose extends keyof SealedTypes>(purpose: Purpose, value: SealedTypes[Purpose], now: number): string {
	const fields: Record<string, unknown> = {};
	for (const [name, short] of tables.get(purpose) ?? []) {
		const field = (value as Readonly<Record<string, unknown>>)[name];
		if (field !== undefined) fields[short] = field;
	}
	return JSON.stringify([format, now, fields]);
}

/**
 * The inverse of {@link writeSealed}, for text that a seal has proved to be ours.
 *
 * @returns undefined when it is of a format that this build does not know.
 */
export function readSealed<Purpose extends keyof SealedTypes>(
	purpose: Purpose,
	text: string,
): { readonly value: SealedTypes[Purpose]; readonly sealedAt: number } | undefined {
	const [itsFormat, sealedAt, fields] = JSON.parse(text) as readonly [number, number, Readonly<Record<string, unknown>>];
	if (itsFormat !== format) return undefined;
	const value: Record<string, unknown> = {};
	for (const [name, short] of tables.get(purpose) ?? []) {
		const field = fields[short];
		if (field !== undefined) value[name] = field;
	}
	return { value: Object.freeze(value) as unknown as SealedTypes[Purpose], sealedAt };
}
