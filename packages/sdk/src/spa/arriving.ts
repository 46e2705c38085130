import { homeOf, isOwn } from "./addresses.ts";
import { AuthError } from "./auth-error.ts";
import { type Callback, callbackIn, refusalIn } from "./callback.ts";
import type { Ground } from "./ground.ts";
import type { Found } from "./keeping.ts";
import type { Leaving } from "./leaving.ts";
import type { SignedOutReason } from "./state.ts";

/** How a page comes to know who is signed in. */
export interface Arriving {
	/** Everything up to the first `await` happens in the caller's turn: a router that starts after it sees a clean URL. */
	readonly begin: () => Promise<void>;
	/** Once more, where the page had given up. */
	readonly tryAgain: () => Promise<void>;
	/** Settles that nobody is signed in, or that it cannot be known. */
	readonly notSignedIn: (error: AuthError) => Promise<void>;
}

/** After so many silent redirects without success something is wrong that one more would not mend. */
const mostSilentTries = 2;

export function createArriving({ settings, telling, keeping, endpoints, ask }: Ground, leaving: Leaving): Arriving {
	async function begin(): Promise<void> {
		const { redirectUri } = settings();
		const callback = callbackIn(location.href, redirectUri);
		if (callback) {
			const transaction = keeping.take(callback.state, homeOf(redirectUri));
			clean(transaction);
			await finish(callback, transaction);
		} else if (keeping.wasSignedIn) await regain();
		else telling.set({ status: "signed-out" });
	}

	/**
	 * An answer of the issuer. One that this tab did not ask for, or has had before, is never redeemed; whoever it was meant for is known to
	 * the issuer, so asking it silently leads on where an error page would not.
	 */
	async function finish({ iss, code, ...callback }: Callback, transaction: Found): Promise<void> {
		if (transaction.kind !== "open") return regain();
		const { issuer, clientId, redirectUri } = settings();
		try {
			if (iss !== issuer)
				throw new AuthError("issuer_mismatch", `The answer to a sign-in is not of ${issuer}. It was refused, and nothing was sent.`);
			if (callback.error !== null || code === null) throw refusalIn(callback);
			const from = { issuer, clientId, ...(await endpoints()) };
			const { verifier, nonce, maxAge } = transaction;
			const session = await ask("redeem", { from, code, redirectUri, verifier, nonce, maxAge });
			if (signedOut()) return void ask("end", {});
			keeping.silentTries = 0;
			keeping.wasSignedIn = true;
			telling.set({ status: "signed-in", session: Object.freeze({ ...session, user: Object.freeze(session.user) }) });
		} catch (error) {
			if (!signedOut()) await notSignedIn(error as AuthError);
		}
	}

	/** By the person, who did not wait for the answer: it changes nothing any more. */
	function signedOut(): boolean {
		return (telling.state as { readonly reason?: SignedOutReason }).reason === "signed_out";
	}

	/** By a top-level redirect that shows nothing. */
	async function regain(): Promise<void> {
		const { issuer, redirectUri } = settings();
		try {
			if (keeping.silentTries >= mostSilentTries)
				throw new AuthError(
					"redirect_loop",
					`The browser came back from ${issuer} ${mostSilentTries} times without a session. Is ${redirectUri} a page of this app that calls ready(), and does nothing reload it or empty sessionStorage?`,
				);
			await leaving.silently();
		} catch (error) {
			await notSignedIn(error as AuthError);
		}
	}

	async function notSignedIn(error: AuthError): Promise<void> {
		const { code } = error;
		if (error.retryable) return telling.set({ status: "unreachable", error });
		// The code came too late, after a sleep perhaps.
		if (code === "session_expired") return regain();
		if (code !== "login_required" && code !== "access_denied") return telling.set({ status: "signed-out", reason: "failed", error });
		keeping.silentTries = 0;
		keeping.wasSignedIn = false;
		telling.set({ status: "signed-out", reason: code });
	}

	function tryAgain(): Promise<void> {
		telling.set({ status: "loading" });
		return regain();
	}

	return { begin, tryAgain, notSignedIn };
}

/** Takes the answer out of the URL and out of the history; a router that has already looked is told. */
function clean({ returnTo, ...transaction }: Found): void {
	const state = transaction.kind === "open" ? transaction.historyState : null;
	history.replaceState(state, "", isOwn(returnTo) ? returnTo : "/");
	dispatchEvent(new PopStateEvent("popstate", { state }));
}
