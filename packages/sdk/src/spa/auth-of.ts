import type { Telling } from "../core/telling.ts";
import type { Auth } from "./auth.ts";
import type { AuthState } from "./state.ts";

/** What an app is given: where it stands, and what it can do. */
export const authOf = (telling: Telling<AuthState>, functions: Pick<Auth, "ready" | "signIn" | "signOut" | "token" | "fetch">): Auth =>
	Object.freeze({
		...functions,
		get state() {
			return telling.state;
		},
		get status() {
			return telling.state.status;
		},
		get session() {
			return telling.state.session;
		},
		subscribe: telling.subscribe,
		on: telling.on,
	});
