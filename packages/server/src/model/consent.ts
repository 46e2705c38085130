/** What a person allows a client, standing; outlives grants. */
export interface Consent {
	readonly personId: string;
	readonly clientId: string;
	/** Empty once withdrawn. */
	readonly scope: ReadonlySet<string>;
	/** Rises with each withdrawal: grants carry it, so that those made before die and those made after live. */
	readonly epoch: number;
	/** Epoch milliseconds. */
	readonly grantedAt: number;
	readonly updatedAt: number;
}

/** True when each of `scope` is allowed. Who somebody is (`openid`) is told to no app that was never allowed anything (I4). */
export function covers(consent: Pick<Consent, "scope"> | undefined, scope: Iterable<string>): boolean {
	for (const name of scope) if (!consent?.scope.has(name)) return false;
	return true;
}
