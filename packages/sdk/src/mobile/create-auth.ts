import { AuthError } from "../client/auth-error.ts";
import { createClient } from "../client/client.ts";
import type { AccessToken, TokenOptions } from "../core/access-token.ts";
import { authorizedFetch } from "../core/authorized-fetch.ts";
import { resourceOf } from "../core/resources.ts";
import { createTelling } from "../core/telling.ts";
import type { Auth, SignInOptions, SignOutOptions } from "./auth.ts";
import { createFamily } from "./family.ts";
import { createKeeping, type Found, type Kept, storeName } from "./keeping.ts";
import { type AuthOptions, checkAuthOptions, checkSignInOptions, checkSignOutOptions, checkTokenOptions } from "./options.ts";
import type { Platform } from "./platform.ts";
import { createSigningIn } from "./signing-in.ts";
import type { AuthState } from "./state.ts";

/** Seconds. Time enough for a slow call. */
const usualTtl = 30;

/**
 * The session of a mobile app on a platform of its own: authorization code flow with PKCE in the system's browser, the refresh token in the
 * device's secure store, access tokens in memory. The editions for Capacitor and Expo hand their platform to this. Nothing happens before
 * `ready()` or `signIn()`. Throws one `AuthError` (`invalid_option`) that names every wrong option.
 */
export function createMobileAuth(options: AuthOptions, platform: Platform): Auth {
	checkAuthOptions(options);
	const { issuer, clientId, resources = {} } = options;
	const { world, links, onAwake } = platform;
	const name = storeName(issuer, clientId);
	const telling = createTelling<AuthState>({ status: "loading" });
	const client = createClient({ issuer, clientId, world });
	const keeping = createKeeping(name, platform);
	const family = createFamily(name, client, keeping, platform);
	const signingIn = createSigningIn(options, client, keeping, platform, { signedIn, failed });
	let opening: Promise<void> | undefined;
	/** Asks once more for what was asked for in vain. */
	let again: (() => Promise<unknown>) | undefined;

	async function ready(): Promise<AuthState> {
		await begun();
		return telling.state;
	}

	function begun(): Promise<void> {
		opening ??= open();
		return opening;
	}

	/** The links are listened to first, so that none comes between; each waits for the store in the store's own line. */
	async function open(): Promise<void> {
		links.onLink((link) => void signingIn.receive(link));
		onAwake(() => void awake());
		const found = await keeping.open().catch((cause): Found => ({ kind: "lost", cause }));
		if (found.kind === "kept") show(found.kept);
		const first = await links.initial().catch(() => undefined);
		if (first !== undefined) void signingIn.receive(first);
		await signingIn.emptied();
		if (telling.state.status === "loading") telling.set(found.kind === "lost" ? lostState(found) : { status: "signed-out" });
	}

	function show(kept: Kept): void {
		family.resume(kept);
		telling.set({ status: "signed-in", session: kept.session });
	}

	/** What could not be read may have been locked away only until the device was unlocked; what failed for want of a network may not now. */
	async function awake(): Promise<void> {
		const { state } = telling;
		if (state.status === "unreachable") await again?.().catch(() => undefined);
		if (state.status !== "signed-out" || state.reason !== "storage_lost") return;
		const found = await keeping.open().catch(() => undefined);
		if (found?.kind === "kept" && telling.state === state) show(found.kept);
	}

	async function signedIn(kept: Kept): Promise<void> {
		const former = await family.begin(kept);
		// Nobody has it any more, so nobody shall use it.
		if (former !== undefined) client.revoke(former).catch(() => undefined);
		telling.set({ status: "signed-in", session: kept.session });
	}

	/** A sign-in that failed beside a session takes nothing away from it. */
	function failed(error: AuthError): void {
		if (telling.state.session) return;
		telling.set({ status: "signed-out", reason: error.code === "access_denied" ? "access_denied" : "failed", error });
	}

	async function signOut({ everywhere = true, ...others }: SignOutOptions = {}): Promise<void> {
		checkSignOutOptions({ everywhere, ...others });
		await begun();
		telling.set({ status: "signed-out", reason: "signed_out" });
		const refreshToken = family.end();
		const emptied = await Promise.allSettled([keeping.forget(), signingIn.abandon()]);
		if (refreshToken !== undefined) await client.revoke(refreshToken, { endSession: everywhere });
		for (const one of emptied)
			if (one.status === "rejected")
				throw new AuthError("storage_unavailable", "The device's secure storage could not be emptied.", { cause: one.reason });
	}

	async function token(wanted: TokenOptions, refused?: string): Promise<AccessToken> {
		checkTokenOptions(wanted);
		const { session, error } = await ready();
		if (!session) throw error ?? new AuthError("not_signed_in", "Nobody is signed in.");
		const { resource, scope = resources[resource]?.scope, minTtl = usualTtl } = wanted;
		try {
			const { fresh, ...answer } = await family.token({ resource, scope, minTtl, refused });
			if (fresh) answered();
			return answer;
		} catch (error) {
			again = () => token(wanted, refused);
			lost(error as AuthError);
			throw error;
		}
	}

	/** Only what the issuer says of the session itself ends it, or another web view of this app that signed out. */
	function lost(error: AuthError): void {
		const { session } = telling.state;
		if (!session) return;
		if (error.code === "session_expired") telling.set({ status: "signed-out", reason: "expired", error });
		else if (error.code === "not_signed_in") telling.set({ status: "signed-out", reason: "signed_out" });
		else if (error.retryable) telling.set({ status: "unreachable", session, error });
		else answered();
	}

	/** Whatever it said: it can be reached. */
	function answered(): void {
		const { status, session } = telling.state;
		if (status === "unreachable") telling.set({ status: "signed-in", session });
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
		async signIn(how: SignInOptions = {}) {
			checkSignInOptions(how);
			void begun();
			return signingIn.signIn(how);
		},
		signOut,
		token: (wanted: TokenOptions) => token(wanted),
		fetch: authorizedFetch((url, refused) => {
			const resource = resourceOf(url, resources);
			if (resource === undefined) throw new AuthError("insecure_url", `No token is sent to ${url.origin}: it is not https.`);
			return token({ resource }, refused);
		}),
		subscribe: telling.subscribe,
		on: telling.on,
	});
}

function lostState({ cause }: { readonly cause?: unknown }): AuthState {
	const sentence = "The device cannot read what was kept for the session: after a restore, a new fingerprint or a change of its lock.";
	return { status: "signed-out", reason: "storage_lost", error: new AuthError("storage_unavailable", sentence, { cause }) };
}
