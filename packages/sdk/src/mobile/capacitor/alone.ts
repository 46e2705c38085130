import { AuthError } from "../../client/auth-error.ts";

/** Milliseconds after which whoever holds the lock is believed to be asleep. */
const patience = 15_000;

/**
 * Takes turns with the other web views of the app (Web Locks). One that the system has put to sleep would keep its lock for ever: after a
 * while it is taken from it, and what it was doing is refused as `temporarily_unavailable`. Without locks there is one web view.
 */
export async function alone<T>(name: string, work: () => Promise<T>, wait = patience): Promise<T> {
	const { locks } = navigator;
	if (locks === undefined) return work();
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), wait);
	let mine = false;
	const begin = () => {
		mine = true;
		clearTimeout(timer);
		return work();
	};
	const request = (options: LockOptions): Promise<T> => locks.request(name, options, begin);
	try {
		return await request({ signal: abort.signal }).catch((error) => {
			if (mine || !abort.signal.aborted) throw error;
			return request({ steal: true });
		});
	} catch (error) {
		if (!(error instanceof DOMException) || error.name !== "AbortError") throw error;
		throw new AuthError("temporarily_unavailable", "Another web view of the app has gone on meanwhile.", { cause: error });
	} finally {
		clearTimeout(timer);
	}
}
