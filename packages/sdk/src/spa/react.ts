import { createContext, createElement, type ReactElement, type ReactNode, useContext, useMemo, useSyncExternalStore } from "react";
import type { Session } from "../core/session.ts";
import type { Auth } from "./auth.ts";
import { AuthError } from "./auth-error.ts";
import type { AuthState, AuthStatus } from "./state.ts";

/** What `useAuth` answers: the state, and the functions of `Auth`, which need no `this` and stay the same from render to render. */
export interface UseAuth extends Pick<Auth, "signIn" | "signOut" | "token" | "fetch" | "on"> {
	readonly state: AuthState;
	readonly status: AuthStatus;
	/** Of whoever is signed in, also while the issuer is unreachable. */
	readonly session: Session | undefined;
	readonly error: AuthError | undefined;
}

const Context = createContext<Auth | undefined>(undefined);

/**
 * Makes `useAuth()` work below it. It does nothing else, so StrictMode may mount it twice.
 *
 * ```tsx
 * await auth.ready();
 * createRoot(root).render(<AuthProvider auth={auth}><App /></AuthProvider>);
 * ```
 */
export function AuthProvider({ auth, children }: { readonly auth: Auth; readonly children?: ReactNode }): ReactElement {
	// React 18 knows a context as its own provider not yet.
	return createElement(Context.Provider, { value: auth }, children);
}

/**
 * The session of the app that this component belongs to.
 *
 * ```tsx
 * const { status, session, signIn, signOut, fetch } = useAuth();
 * ```
 */
export function useAuth(): UseAuth {
	const auth = useContext(Context);
	if (auth === undefined) throw new AuthError("invalid_option", "useAuth() needs <AuthProvider auth={auth}> above this component.");
	const state = useSyncExternalStore(
		auth.subscribe,
		() => auth.state,
		() => auth.state,
	);
	return useMemo(() => {
		const { signIn, signOut, token, fetch, on } = auth;
		return { state, status: state.status, session: state.session, error: state.error, signIn, signOut, token, fetch, on };
	}, [auth, state]);
}
