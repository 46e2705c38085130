import type { AccessToken, Auth, SignInOptions, SignOutOptions, TokenOptions } from "./auth.ts";
import { AuthError } from "./auth-error.ts";
import { authorizationUrl, newSecrets } from "./authorization-url.ts";
import { authorizedFetch } from "./authorized-fetch.ts";
import { type Callback, callbackIn, refusalIn } from "./callback.ts";
import { createDiscovery } from "./discovery.ts";
import { endSessionUrl } from "./end-session-url.ts";
import { createKeeping, type Found } from "./keeping.ts";
import {
	type AuthOptions,
	checkAuthOptions,
	checkSignInOptions,
	checkSignOutOptions,
	checkTokenOptions,
	type Settings,
} from "./options.ts";
import { listenToPage } from "./page-events.ts";
import { resourceOf } from "./resource-of.ts";
import type { AuthState } from "./state.ts";
import { createTabs } from "./tabs.ts";
import { createTelling } from "./telling.ts";
import type { Asks } from "./vault/messages.ts";
import { openVault } from "./vault/open-vault.ts";

/** After so many silent redirects without success something is wrong that one more would not mend. */
const mostSilentTries = 2;

/** Seconds. Time enough for a slow call. */
const usualTtl = 30;

/** For a page that is being left. */
const never = new Promise<never>(() => undefined);

/**
 * The session of a single-page app: authorization code flow with PKCE, tokens in memory alone, the refresh token in a worker that hands it
 * to nobody. Make it once, in a module of its own; nothing is fetched before `ready()`. Throws one `AuthError` (`invalid_option`) that names
 * every wrong option.
 *
 * ```ts
 * export const auth = createAuth({ issuer: "https://auth.acme.test", clientId: "shop" });
 * ```
 */
export function createAuth(options: AuthOptions): Auth {
	checkAuthOptions(options);
	const { issuer, clientId, resources = {} } = options;
	const name = `gatehouse:${issuer}:${clientId}`;
	const telling = createTelling();
	const keeping = createKeeping(name);
	const tabs = createTabs(name, () => telling.state.session && void close());
	const endpoints = createDiscovery(issuer);
	const vault = openVault();
	const comeBack = new Set<() => void>();
	let begun = false;
	let signingIn: object | undefined;
	/** What was asked for in vain: the first to be asked for again. */
	let failed: TokenOptions | undefined;
	let listening = false;

	/** What has defaults that only a page knows. */
	const settings = (): Settings => ({
		redirectUri: `${location.origin}/callback`,
		postLogoutRedirectUri: `${location.origin}/`,
		...options,
		resources,
	});

	async function ask<A extends keyof Asks>(what: A, request: Asks[A]["request"]): Promise<Asks[A]["value"]> {
		const answer = await vault(what, request);
		if (answer.fault) throw new AuthError(answer.fault.code, answer.fault.message, answer.fault);
		return answer.value;
	}

	/** Everything up to the first `await` happens in the turn of the first `ready()`: a router that starts after it sees a clean URL. */
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
		try {
			if (iss !== issuer)
				throw new AuthError(
					"issuer_mismatch",
					`The answer to a sign-in does not come from ${issuer}. It was refused, and nothing was sent.`,
				);
			if (callback.error !== null || code === null) throw refusalIn(callback);
			const { verifier, nonce, maxAge } = transaction;
			const { redirectUri } = settings();
			const { token: tokenEndpoint, revocation: revocationEndpoint } = await endpoints();
			const from = { issuer, clientId, tokenEndpoint, revocationEndpoint };
			const session = await ask("redeem", { from, code, redirectUri, verifier, nonce, maxAge });
			keeping.silentTries = 0;
			keeping.wasSignedIn = true;
			telling.set({ status: "signed-in", session: Object.freeze({ ...session, user: Object.freeze(session.user) }) });
		} catch (error) {
			await notSignedIn(error as AuthError);
		}
	}

	/** By a top-level redirect that shows nothing. */
	async function regain(): Promise<void> {
		try {
			if (keeping.silentTries >= mostSilentTries)
				throw new AuthError(
					"redirect_loop",
					`The browser came back from ${issuer} ${mostSilentTries} times without a session. Is ${settings().redirectUri} a page of this app that calls ready(), and does nothing reload it or empty sessionStorage?`,
				);
			const url = await prepare({ prompt: "none" });
			// The person was faster.
			if (signingIn) return;
			keeping.silentTries++;
			location.replace(url);
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

	/** Remembers a new transaction; answers where it begins. Only where the issuer can be reached: the browser's own error page is a dead end. */
	async function prepare({
		returnTo = location.href,
		...how
	}: Omit<SignInOptions, "prompt"> & { readonly prompt?: string }): Promise<string> {
		if (!isSecureContext) throw new AuthError("insecure_url", "A sign-in needs a page that is served by https, or from localhost.");
		const { authorization } = await endpoints("no-store");
		const { redirectUri } = settings();
		const back = new URL(returnTo, location.href).href;
		const secrets = newSecrets();
		const url = await authorizationUrl(authorization, settings(), secrets, how);
		keeping.begin({
			...secrets,
			maxAge: how.maxAge,
			returnTo: callbackIn(back, redirectUri) ? homeOf(redirectUri) : back,
			historyState: back === location.href ? history.state : null,
			begun: Date.now(),
		});
		return url;
	}

	async function signIn(how: SignInOptions = {}): Promise<void> {
		checkSignInOptions(how);
		if (!isOwn(new URL(how.returnTo ?? "", location.href).href))
			throw new AuthError("invalid_option", "signIn() option `returnTo`: a path of this app is expected.");
		listen();
		const mine = {};
		signingIn = mine;
		try {
			const url = await prepare(how);
			if (signingIn === mine) {
				keeping.silentTries = 0;
				location.assign(url);
			}
		} catch (error) {
			if (signingIn === mine) signingIn = undefined;
			if (telling.state.status === "loading") await notSignedIn(error as AuthError);
			throw error;
		}
		return new Promise((resolve) => comeBack.add(resolve));
	}

	/** Ends the session of this tab; answers what the issuer may be shown as a hint. */
	async function close(): Promise<string | undefined> {
		telling.set({ status: "signed-out", reason: "signed_out" });
		return ask("end", {});
	}

	async function signOut({ everywhere = true, ...others }: SignOutOptions = {}): Promise<void> {
		checkSignOutOptions({ everywhere, ...others });
		keeping.wasSignedIn = false;
		tabs.tellSignedOut();
		const hint = await close();
		if (!everywhere) return;
		const { endSession } = await endpoints("no-store");
		if (endSession === undefined) return;
		location.assign(endSessionUrl(endSession, settings(), hint));
		await never;
	}

	async function token(wanted: TokenOptions, refused?: string): Promise<AccessToken> {
		checkTokenOptions(wanted);
		const { session, error } = await ready();
		if (!session) throw error ?? new AuthError("not_signed_in", "Nobody is signed in.");
		const { resource, scope = resources[resource]?.scope, minTtl = usualTtl } = wanted;
		try {
			const { fresh, ...answer } = await ask("token", { resource, scope, minTtl, refused });
			if (fresh && telling.state.status === "unreachable") telling.set({ status: "signed-in", session });
			return answer;
		} catch (error) {
			failed = wanted;
			lost(error as AuthError);
			throw error;
		}
	}

	/** Only what the issuer says of the session itself ends it. */
	function lost(error: AuthError): void {
		const { session } = telling.state;
		if (!session) return;
		if (error.code === "session_expired") telling.set({ status: "signed-out", reason: "expired", error });
		else if (error.retryable) telling.set({ status: "unreachable", session, error });
	}

	function heal(): void {
		if (telling.state.status !== "unreachable") return;
		if (telling.state.session && failed) token(failed).catch(() => undefined);
		else void ready();
	}

	function listen(): void {
		if (listening) return;
		listening = true;
		tabs.listen();
		listenToPage({ onLife: heal, onAway: tabs.pause, onBack: cameBack });
	}

	/** Back from the back-forward cache: what was known may be hours old, and others may have signed out or in meanwhile. */
	function cameBack(): void {
		tabs.listen();
		signingIn = undefined;
		for (const resolve of comeBack) resolve();
		comeBack.clear();
		const { status, session } = telling.state;
		if (session && !keeping.wasSignedIn) void close();
		else if ((status === "loading" && begun) || (status === "signed-out" && keeping.wasSignedIn)) void tryAgain();
		else heal();
	}

	function tryAgain(): Promise<void> {
		telling.set({ status: "loading" });
		return regain();
	}

	async function ready(): Promise<AuthState> {
		if (typeof window === "undefined") return telling.state;
		if (!begun) {
			begun = true;
			listen();
			void begin();
		} else if (telling.state.status === "unreachable" && !telling.state.session) void tryAgain();
		if (telling.state.status !== "loading") return telling.state;
		return new Promise((resolve) => {
			const unsubscribe = telling.subscribe((state) => {
				if (state.status === "loading") return;
				unsubscribe();
				resolve(state);
			});
		});
	}

	return Object.freeze({
		ready,
		get state() {
			return telling.state;
		},
		get status() {
			return telling.state.status;
		},
		get session() {
			return telling.state.session;
		},
		signIn,
		signOut,
		token: (wanted: TokenOptions) => token(wanted),
		fetch: authorizedFetch((url, refused) => token({ resource: resourceOf(url, resources) }, refused)),
		subscribe: telling.subscribe,
		on: telling.on,
	});
}

/** The folder of the redirect URI: where the app lives. */
const homeOf = (redirectUri: string) => new URL(".", redirectUri).href;

/** Whether a page of this app has this address. */
const isOwn = (href: string) => href.startsWith(`${location.origin}/`);

/** Takes the answer out of the URL and out of the history; a router that has already looked is told. */
function clean({ returnTo, ...transaction }: Found): void {
	const state = transaction.kind === "open" ? transaction.historyState : null;
	history.replaceState(state, "", isOwn(returnTo) ? returnTo : "/");
	dispatchEvent(new PopStateEvent("popstate", { state }));
}
