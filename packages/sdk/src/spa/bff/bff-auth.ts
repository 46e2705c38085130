import { createTelling } from "../../core/telling.ts";
import type { Auth } from "../auth.ts";
import { AuthError } from "../auth-error.ts";
import { authOf } from "../auth-of.ts";
import { type BffOptions, checkBffOptions, checkCall } from "../options.ts";
import { createPageLife } from "../page-life.ts";
import type { AuthState } from "../state.ts";

/** What an app can do. */
export type Functions = Pick<Auth, "ready" | "signIn" | "signOut" | "token" | "fetch">;

/**
 * What of the core the front end uses. It is handed to it, and not imported by it: bundlers may keep the core in the app's first file, which often
 * awaits `ready()`, and a later file that imported that one would wait for it for ever.
 */
const core = [AuthError, checkCall, createPageLife] as const;
export type Core = typeof core;

/** The same object as without a back end. What it does is fetched when it is first asked for something, so that other apps do not carry it. */
export function bffAuth(options: BffOptions): Auth {
	checkBffOptions(options);
	const telling = createTelling<AuthState>({ status: "loading" });
	let fetched: Promise<Functions> | undefined;
	const front = () => (fetched ??= import("./front.ts").then(({ createFront }) => createFront(options.bff, telling, core)));
	const later = <N extends keyof Functions>(name: N) =>
		(async (...given: readonly never[]) => ((await front())[name] as (...given: readonly never[]) => unknown)(...given)) as Functions[N];
	return authOf(telling, {
		ready: () =>
			later("ready")().catch((cause) => {
				fetched = undefined;
				telling.set({
					status: "unreachable",
					error: new AuthError("issuer_unreachable", `A part of the app is missing (${cause}).`, { cause }),
				});
				return telling.state;
			}),
		signIn: later("signIn"),
		signOut: later("signOut"),
		token: later("token"),
		fetch: later("fetch"),
	});
}
