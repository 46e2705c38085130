import { type ComputedRef, computed, type InjectionKey, inject, type Plugin, shallowRef } from "vue";
import type { Session } from "../core/session.ts";
import type { Auth } from "./auth.ts";
import { AuthError } from "./auth-error.ts";
import type { AuthState, AuthStatus } from "./state.ts";

/** What `useAuth` answers: the state as refs, and the functions of `Auth`, which need no `this`. */
export interface UseAuth extends Pick<Auth, "signIn" | "signOut" | "token" | "fetch" | "on"> {
	readonly state: ComputedRef<AuthState>;
	readonly status: ComputedRef<AuthStatus>;
	/** Of whoever is signed in, also while the issuer is unreachable. */
	readonly session: ComputedRef<Session | undefined>;
	readonly error: ComputedRef<AuthError | undefined>;
}

const key: InjectionKey<UseAuth> = Symbol("gatehouse");

/**
 * The plugin that makes `useAuth()` work in every component.
 *
 * ```ts
 * await auth.ready();
 * createApp(App).use(authPlugin(auth)).mount("#app");
 * ```
 */
export function authPlugin(auth: Auth): Plugin {
	return (app) => {
		const state = shallowRef(auth.state);
		const unsubscribe = auth.subscribe((next) => {
			state.value = next;
		});
		// Vue 3.4 has no such hook; there an app listens as long as its page.
		app.onUnmount?.(unsubscribe);
		const { signIn, signOut, token, fetch, on } = auth;
		app.provide(key, {
			state: computed(() => state.value),
			status: computed(() => state.value.status),
			session: computed(() => state.value.session),
			error: computed(() => state.value.error),
			...{ signIn, signOut, token, fetch, on },
		});
	};
}

/**
 * The session of the app that this component belongs to.
 *
 * ```ts
 * const { status, session, signIn, signOut, fetch } = useAuth();
 * ```
 */
export function useAuth(): UseAuth {
	const found = inject(key, undefined);
	if (found === undefined)
		throw new AuthError("invalid_option", "useAuth() needs the plugin: write app.use(authPlugin(auth)) before mount().");
	return found;
}
