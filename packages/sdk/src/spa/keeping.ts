import { AuthError } from "./auth-error.ts";

/** What a tab must remember of a sign-in while it is away at the issuer. */
export interface Transaction {
	readonly state: string;
	readonly nonce: string;
	readonly verifier: string;
	readonly maxAge: number | undefined;
	/** Where the person was: a URL of this origin, and what the app's router had noted there. */
	readonly returnTo: string;
	readonly historyState: unknown;
	/** Milliseconds since 1970, by a clock that may be wrong: too old only means to begin again. */
	readonly begun: number;
}

/** What is left of one when it has been used: enough that the same answer is known when it comes again, and no secret. */
type Used = Pick<Transaction, "state" | "returnTo" | "begun"> & { readonly verifier?: undefined };

/** What is known about the `state` of an answer. There is no verifier for one that is unknown, was used before, or is too old. */
export type Found = Transaction | { readonly verifier?: undefined; readonly historyState?: undefined; readonly returnTo: string };

const capacity = 10;
const hour = 3_600_000;

/**
 * What survives a page: the transactions and a count of silent redirects in this tab, and in this browser the mark that somebody was signed
 * in. No tokens, ever.
 */
export interface Keeping {
	/** Throws `storage_unavailable`: without it no answer could be recognised. */
	readonly begin: (transaction: Transaction) => void;
	/** Finds a transaction and uses it up. */
	readonly take: (state: string | null, home: string) => Found;
	/** How often this tab went to the issuer by itself without success. */
	silentTries: number;
	/** Whether somebody was signed in here and did not sign out: then a reload asks the issuer. It says nothing about who. */
	wasSignedIn: boolean;
}

/** @param name what belongs to this app and issuer alone */
export function createKeeping(name: string): Keeping {
	const read = (): readonly (Transaction | Used)[] => attempt(() => JSON.parse(sessionStorage.getItem(name)!)) ?? [];
	const write = (records: readonly (Transaction | Used)[]) => sessionStorage.setItem(name, JSON.stringify(records.slice(-capacity)));

	return {
		begin(transaction) {
			try {
				write([...read(), transaction]);
			} catch (cause) {
				throw new AuthError("storage_unavailable", "sessionStorage cannot be used, and a sign-in needs it.", { cause });
			}
		},
		take(state, home) {
			const records = read();
			const found = records.find((record) => record.state === state);
			if (!found) return { returnTo: home };
			const { returnTo, begun } = found;
			attempt(() => write(records.map((record) => (record === found ? { state: found.state, returnTo, begun } : record))));
			return Math.abs(Date.now() - begun) < hour ? found : { returnTo };
		},
		get silentTries() {
			return Number(attempt(() => sessionStorage.getItem(`${name}:tries`)));
		},
		set silentTries(count) {
			attempt(() => sessionStorage.setItem(`${name}:tries`, String(count)));
		},
		get wasSignedIn() {
			return Boolean(attempt(() => localStorage.getItem(name)));
		},
		set wasSignedIn(yes) {
			attempt(() => (yes ? localStorage.setItem(name, "signed-in") : localStorage.removeItem(name)));
		},
	};
}

/** Storage may be switched off; what is only a convenience is then forgotten. */
function attempt<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}

/** What a router noted in the history, where it is small and can be written down. */
export function plain(state: unknown): unknown {
	const text = attempt(() => JSON.stringify(state)) ?? "null";
	return text.length < 16_384 ? JSON.parse(text) : null;
}
