import { authorizationUrl, newSecrets } from "../core/authorization-url.ts";
import { callbackIn } from "../core/callback.ts";
import { webDigest } from "../core/digest.ts";
import { homeOf } from "./addresses.ts";
import type { SignInOptions } from "./auth.ts";
import { AuthError } from "./auth-error.ts";
import type { Ground } from "./ground.ts";
import { plain } from "./keeping.ts";

/** How a page goes to the issuer to sign somebody in. */
export interface Leaving {
	/** Settles when the page stays: rejects when it could not go, resolves when it came back by the back button. */
	readonly signIn: (how: SignInOptions) => Promise<void>;
	/** Goes without a page of the issuer's and without a trace in the history, unless the person was faster. */
	readonly silently: () => Promise<void>;
	/** The page is here again. */
	readonly cameBack: () => void;
}

export function createLeaving({ settings, telling, keeping, endpoints }: Ground): Leaving {
	/** The sign-in that the person asked for last. */
	let latest: object | undefined;
	const waiting = new Set<() => void>();

	/** Remembers a new transaction; answers where it begins. Only where the issuer can be reached: the browser's own error page is a dead end. */
	async function prepare({
		returnTo = location.href,
		...how
	}: Omit<SignInOptions, "prompt"> & { readonly prompt?: SignInOptions["prompt"] | "none" }): Promise<string> {
		if (!isSecureContext) throw new AuthError("insecure_url", "A sign-in needs https or localhost.");
		const back = new URL(returnTo, location.href).href;
		const { authorization } = await endpoints("reload");
		const { redirectUri } = settings();
		const secrets = newSecrets((length) => crypto.getRandomValues(new Uint8Array(length)));
		const url = await authorizationUrl(authorization, settings(), secrets, how, webDigest);
		keeping.begin({
			...secrets,
			maxAge: how.maxAge,
			returnTo: callbackIn(back, redirectUri) ? homeOf(redirectUri) : back,
			historyState: back === location.href ? plain(history.state) : null,
			begun: Date.now(),
		});
		return url;
	}

	return {
		async signIn(how) {
			const mine = {};
			latest = mine;
			try {
				const url = await prepare(how);
				if (latest === mine) {
					keeping.silentTries = 0;
					location.assign(url);
				}
			} catch (error) {
				if (latest === mine) latest = undefined;
				throw error;
			}
			return new Promise((resolve) => waiting.add(resolve));
		},
		async silently() {
			const url = await prepare({ prompt: "none" });
			if (latest) return;
			// Only now: while nobody answers, the page stays as it is.
			if (telling.state.status !== "loading") telling.set({ status: "loading" });
			keeping.silentTries++;
			location.replace(url);
		},
		cameBack() {
			latest = undefined;
			for (const resolve of waiting) resolve();
			waiting.clear();
		},
	};
}
