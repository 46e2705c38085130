import { type Callback, callbackIn, refusalIn } from "../core/callback.ts";
import { homeOf, isOwn } from "./addresses.ts";
import { AuthError } from "./auth-error.ts";
import type { Ground } from "./ground.ts";
import type { Found } from "./keeping.ts";
import type { Leaving } from "./leaving.ts";
import type { SignedOutReason } from "./state.ts";

/** How a page comes to know who is signed in. */
export interface Arriving {
	/** Everything up to the first `await` happens in the caller's turn: a router that starts after it sees a clean URL. */
	readonly begin: () => Promise<void>;
	/** Asks the issuer silently, by leaving the page for it. Where nobody answers, the page stays, and is `unreachable`. */
	readonly regain: () => Promise<void>;
	/** Settles that nobody is signed in, or that it cannot be known. */
	readonly notSignedIn: (error: AuthError) => Promise<void>;
}

/** After so many silent redirects without success something is wrong that one more would not mend. */
const mostSilentTries = 2;

export function createArriving({ settings, telling, keeping, endpoints, ask }: Ground, leaving: Leaving): Arriving {
	let regaining: Promise<void> | undefined;

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
		if (!transaction.verifier) return regain();
		const { issuer, clientId, redirectUri } = settings();
		try {
			if (iss !== issuer) throw new AuthError("issuer_mismatch", `The answer to a sign-in is not of ${issuer}, and was refused.`);
			if (callback.error !== null || code === null) throw new AuthError(...refusalIn(callback));
			const from = { issuer, clientId, ...(await endpoints("default")) };
			const session = await ask("redeem", { from, code, redirectUri, transaction });
			if (signedOut()) return void ask("end", {});
			keeping.silentTries = 0;
			keeping.wasSignedIn = true;
			Object.freeze(session.user);
			telling.set({ status: "signed-in", session: Object.freeze(session) });
		} catch (error) {
			if (signedOut()) return;
			// The way there and back is in order: no loop. Yet going once more at once would not help.
			if ((error as AuthError).retryable) keeping.silentTries = 1;
			await notSignedIn(error as AuthError);
		}
	}

	/** By the person, who did not wait for the answer: it changes nothing any more. */
	function signedOut(): boolean {
		return (telling.state as { readonly reason?: SignedOutReason }).reason === "signed_out";
	}

	/** By a top-level redirect that shows nothing; one at a time, however many ask. */
	function regain(): Promise<void> {
		regaining ??= leave().finally(() => {
			regaining = undefined;
		});
		return regaining;
	}

	async function leave(): Promise<void> {
		const { redirectUri } = settings();
		try {
			if (keeping.silentTries >= mostSilentTries)
				throw new AuthError(
					"redirect_loop",
					`The browser came back ${mostSilentTries} times without a session. Is ${redirectUri} a page of this app that calls ready()? Does something reload it or empty sessionStorage?`,
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
		// An app that shows no errors would otherwise be wrong in silence.
		if (error.action === "fix-config") console.error(error.message);
		if (code !== "login_required" && code !== "access_denied") return telling.set({ status: "signed-out", reason: "failed", error });
		keeping.silentTries = 0;
		keeping.wasSignedIn = false;
		telling.set({ status: "signed-out", reason: code, ...(code === "access_denied" && { error }) });
	}

	return { begin, regain, notSignedIn };
}

/** Takes the answer out of the URL and out of the history; a router that has already looked is told. */
function clean({ returnTo, historyState: state = null }: Found): void {
	history.replaceState(state, "", isOwn(returnTo) ? returnTo : "/");
	dispatchEvent(new PopStateEvent("popstate", { state }));
}
