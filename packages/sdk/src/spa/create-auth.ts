import type { AccessToken, TokenOptions } from "../core/access-token.ts";
import { authorizedFetch } from "../core/authorized-fetch.ts";
import { resourceOf } from "../core/resources.ts";
import { urlWith } from "../core/url-with.ts";
import { createArriving } from "./arriving.ts";
import type { Auth, SignInOptions, SignOutOptions } from "./auth.ts";
import { AuthError } from "./auth-error.ts";
import { authOf } from "./auth-of.ts";
import { bffAuth } from "./bff/bff-auth.ts";
import { createGround } from "./ground.ts";
import { createLeaving } from "./leaving.ts";
import { type AuthOptions, type BffOptions, checkAuthOptions, checkCall, isBff } from "./options.ts";
import { createPageLife } from "./page-life.ts";
import type { AuthState } from "./state.ts";

/** Seconds. Time enough for a slow call. */
const usualTtl = 30;

/**
 * The session of a single-page app: authorization code flow with PKCE, tokens in memory alone, the refresh token in a worker that hands it
 * to nobody. Or, with `bff`, the session that the app's own back end keeps: then there is no token in the browser at all. Make it once, in a
 * module of its own; nothing is fetched before `ready()`. Throws one `AuthError` (`invalid_option`) that names every wrong option.
 *
 * ```ts
 * export const auth = createAuth({ issuer: "https://auth.acme.test", clientId: "shop" });
 * export const auth = createAuth({ bff: "/auth" }); // the same object, once `createBff` of `@gatehouse/sdk/bff` stands behind
 * ```
 */
export function createAuth(options: AuthOptions | BffOptions): Auth {
	if (isBff(options)) return bffAuth(options);
	checkAuthOptions(options);
	const ground = createGround(options);
	const { settings, telling, keeping, endpoints, ask } = ground;
	const leaving = createLeaving(ground);
	const arriving = createArriving(ground, leaving);
	let begun = false;
	/** Asks once more for what was asked for in vain. */
	let failed: (() => Promise<unknown>) | undefined;
	const life = createPageLife({
		...ground,
		onNews: () => telling.state.session && void close(),
		onBack,
		attempt: () => (telling.state.session && failed ? failed() : arriving.regain()),
	});

	async function ready(): Promise<AuthState> {
		if (typeof window === "undefined") return telling.state;
		life.listen();
		if (!begun) {
			begun = true;
			void arriving.begin();
		} else if (telling.state.status === "unreachable" && !telling.state.session) await arriving.regain();
		if (telling.state.status !== "loading") return telling.state;
		return new Promise((resolve) => {
			const unsubscribe = telling.subscribe((state) => {
				if (state.status === "loading") return;
				unsubscribe();
				resolve(state);
			});
		});
	}

	async function signIn(how: SignInOptions = {}): Promise<void> {
		checkCall("signIn", how);
		life.listen();
		try {
			await leaving.signIn(how);
		} catch (error) {
			// A silent sign-in may have given way to this one.
			if (begun && telling.state.status === "loading") await arriving.notSignedIn(error as AuthError);
			throw error;
		}
	}

	async function signOut({ everywhere = true, ...others }: SignOutOptions = {}): Promise<void> {
		checkCall("signOut", { everywhere, ...others });
		keeping.wasSignedIn = false;
		life.tell();
		const hint = await close();
		if (!everywhere) return;
		const { endSession } = await endpoints("reload");
		if (!endSession) return;
		const { clientId, postLogoutRedirectUri } = settings();
		// RP-Initiated Logout §2. With a hint of the very session the issuer asks nothing.
		const parameters = { client_id: clientId, post_logout_redirect_uri: postLogoutRedirectUri, id_token_hint: hint };
		location.assign(urlWith(endSession, parameters));
		// The page is being left.
		await new Promise(() => undefined);
	}

	/** Ends the session of this tab; answers what the issuer may be shown as a hint. */
	async function close(): Promise<string | undefined> {
		telling.set({ status: "signed-out", reason: "signed_out" });
		return ask("end", {});
	}

	async function token(wanted: TokenOptions, refused?: string): Promise<AccessToken> {
		checkCall("token", wanted, ["resource"]);
		const { session, error } = await ready();
		if (!session) throw error ?? new AuthError("not_signed_in", "Nobody is signed in.");
		const { resource, scope = settings().resources[resource]?.scope, minTtl = usualTtl } = wanted;
		try {
			const { fresh, ...answer } = await ask("token", { resource, scope, minTtl, refused });
			if (fresh) answered();
			return answer;
		} catch (error) {
			failed = () => token(wanted, refused);
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
		else answered();
	}

	/** Whatever it said: it can be reached. */
	function answered(): void {
		const { status, session } = telling.state;
		if (status === "unreachable" && session) telling.set({ status: "signed-in", session });
	}

	/** From the back-forward cache: what was known may be hours old, and others may have signed out or in meanwhile. */
	function onBack(): void {
		leaving.cameBack();
		const { status, session } = telling.state;
		if (session && !keeping.wasSignedIn) void close();
		else if ((status === "loading" && begun) || (status === "signed-out" && keeping.wasSignedIn)) void arriving.regain();
		else life.retry();
	}

	return authOf(telling, {
		ready,
		signIn,
		signOut,
		token: (wanted: TokenOptions) => token(wanted),
		fetch: authorizedFetch(async (url, refused) => {
			const resource = resourceOf(url, settings().resources);
			if (!resource) throw new AuthError("insecure_url", `No token is sent to ${url.origin}: it is not https.`);
			return token({ resource }, refused);
		}),
	});
}
