import type { Session } from "../../core/session.ts";
import type { Telling } from "../../core/telling.ts";
import type { Auth, SignInOptions, SignOutOptions } from "../auth.ts";
import type { AuthError } from "../auth-error.ts";
import type { AuthState, SignedOutReason } from "../state.ts";
import { createAsking } from "./asking.ts";
import type { Core, Functions } from "./bff-auth.ts";
import { ownPath, type Paths } from "./own-path.ts";

/** What the back end says of who is signed in: somebody; or nobody, and why. */
interface Said {
	readonly session?: Session;
	readonly paths?: Paths;
	readonly reason?: SignedOutReason;
	readonly error?: { readonly code: AuthError["code"]; readonly message: string };
}

/**
 * The session of an app whose tokens its back end holds. The back end alone knows who is signed in, for all tabs at once; a page only asks it,
 * and is told by other tabs when to ask again. No token comes here.
 */
export function createFront(bff: string, telling: Telling<AuthState>, [AuthError, checkCall, createPageLife]: Core): Functions {
	const { ask, markedFetch, refusalIn, unreachable } = createAsking(AuthError);
	const name = `gatehouse:${bff}`;
	const life = createPageLife({ name, telling, keeping: { silentTries: 0 }, onNews: () => void look(), onBack, attempt: look });
	let paths: Paths = {};
	let looking: Promise<void> | undefined;
	/** Grows with each change that was made here: an answer to an older question is no news. */
	let turn = 0;
	let leaving: (() => void)[] = [];

	async function ready(): Promise<AuthState> {
		if (typeof window === "undefined") return telling.state;
		life.listen();
		const { status, session } = telling.state;
		if (status === "loading" || (status === "unreachable" && !session)) await look();
		return telling.state;
	}

	/** Asks who is signed in; one question for all who ask. Never rejects. */
	function look(): Promise<void> {
		looking ??= read().finally(() => {
			looking = undefined;
		});
		return looking;
	}

	async function read(): Promise<void> {
		const asked = turn;
		try {
			const said = await ask<Said>(own(`${bff}/session`));
			if (asked === turn) settle(said);
		} catch (error) {
			if (asked === turn) lost(error as AuthError);
		}
	}

	function settle({ session, paths: known = {}, reason, error }: Said): void {
		paths = known;
		if (session) here(session);
		else if (reason || telling.state.status !== "signed-out") gone(reason, error);
	}

	/** A session of which the back end knows nothing any more has ended by itself. */
	function gone(reason: SignedOutReason | undefined, told: Said["error"]): void {
		const why = reason ?? (telling.state.session && "expired");
		const error = told && new AuthError(told.code, told.message);
		telling.set({ status: "signed-out", ...(why && { reason: why }), ...(error && { error }) });
	}

	function here(session: Session): void {
		const before = telling.state.session;
		const same = JSON.stringify(before) === JSON.stringify(session);
		if (same && telling.state.status === "signed-in") return;
		// Somebody else: whatever the page has of the one before is not theirs.
		if (before && before.user.sub !== session.user.sub) telling.set({ status: "signed-out", reason: "signed_out" });
		telling.set({ status: "signed-in", session: Object.freeze({ ...session, user: Object.freeze(session.user) }) });
		if (takeMark()) life.tell();
	}

	/** Only what the back end says of the session itself ends it. */
	function lost(error: AuthError): void {
		const { session } = telling.state;
		if (error.code === "session_expired") telling.set({ status: "signed-out", reason: "expired", error });
		else if (error.retryable) telling.set({ status: "unreachable", ...(session && { session }), error });
		else if (telling.state.status === "loading") {
			// An app that shows no errors would otherwise be wrong in silence.
			console.error(error.message);
			telling.set({ status: "signed-out", reason: "failed", error });
		}
	}

	async function signIn(how: SignInOptions = {}): Promise<void> {
		checkCall("signIn", how);
		const { returnTo = location.href, ...others } = how;
		const back = new URL(returnTo, location.href);
		life.listen();
		const mine = ++turn;
		try {
			// Only where the back end can be reached: the browser's own error page is a dead end.
			await ask(own(`${bff}/session`));
		} catch (error) {
			if (mine === turn) lost(error as AuthError);
			throw error;
		}
		if (mine !== turn) return stay();
		const query = new URLSearchParams({ returnTo: back.pathname + back.search + back.hash });
		for (const [name, value] of Object.entries(others)) if (value !== undefined) query.set(name, [value].flat().join(" "));
		setMark();
		location.assign(own(`${bff}/sign-in?${query}`));
		return stay();
	}

	/** The page is being left; it goes on when it comes back by the back button. */
	const stay = () => new Promise<void>((resolve) => leaving.push(resolve));

	async function signOut({ everywhere = true, ...others }: SignOutOptions = {}): Promise<void> {
		checkCall("signOut", { everywhere, ...others });
		life.listen();
		const { url } = await ask<{ readonly url?: string }>(own(`${bff}/sign-out`), {
			method: "POST",
			body: new URLSearchParams({ everywhere: String(everywhere) }),
		});
		turn++;
		telling.set({ status: "signed-out", reason: "signed_out" });
		life.tell();
		if (url === undefined) return;
		location.assign(own(url));
		await new Promise(() => undefined);
	}

	const authorizedFetch: Auth["fetch"] = async (input, init) => {
		const asked = input instanceof Request ? input : undefined;
		const url = new URL(asked?.url ?? (input as string | URL), document.baseURI);
		const { session, error } = await ready();
		if (!session) throw error ?? new AuthError("not_signed_in", "Nobody is signed in.");
		const path = url.origin === location.origin ? url.pathname + url.search : ownPath(url, paths);
		// The cookie goes to the app's own origin alone, and so does the call.
		if (path === undefined) throw new AuthError("route_not_allowed", `No route of the back end leads to ${url.origin}${url.pathname}.`);
		const to = own(path);
		const response = await markedFetch(asked ? new Request(to, asked) : to, init).catch((cause) => {
			if ((init?.signal ?? asked?.signal)?.aborted) throw cause;
			const error = unreachable(cause);
			lost(error);
			throw error;
		});
		const refusal = await refusalIn(response);
		if (!refusal) {
			answered();
			return response;
		}
		// It knows why.
		if (refusal.code === "not_signed_in") await look();
		else if (refusal.code !== "upstream_unreachable") lost(refusal);
		throw refusal;
	};

	/** Whatever it said: it can be reached. */
	function answered(): void {
		const { status, session } = telling.state;
		if (status === "unreachable" && session) telling.set({ status: "signed-in", session });
	}

	/** From the back-forward cache: others may have signed out or in meanwhile. */
	function onBack(): void {
		for (const resolve of leaving) resolve();
		leaving = [];
		void look();
	}

	// That this tab went to sign in: when it comes back, the others shall look. It is a word, and says nothing about who.
	const setMark = () => attempt(() => sessionStorage.setItem(name, "signing-in"));
	const takeMark = () =>
		attempt(() => {
			const marked = sessionStorage.getItem(name) !== null;
			sessionStorage.removeItem(name);
			return marked;
		});

	async function token(): Promise<never> {
		throw new AuthError("invalid_option", "createAuth({ bff }) gives the page no token: call the API with auth.fetch().");
	}

	return { ready, signIn, signOut, token, fetch: authorizedFetch };
}

/** Whatever the page says of its `<base>`. */
const own = (path: string) => location.origin + path;

/** Storage may be switched off; what is only a convenience is then forgotten. */
function attempt<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}
