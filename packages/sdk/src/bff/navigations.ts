import { AuthError } from "../client/auth-error.ts";
import { callback } from "../web/callback.ts";
import { failed } from "../web/failure.ts";
import { hop } from "../web/page.ts";
import { signIn } from "../web/sign-in.ts";
import { findTransaction } from "../web/transactions.ts";
import { forgedNavigation } from "./forgery.ts";
import type { Ground } from "./ground.ts";
import { outcomeCookie } from "./outcome.ts";

/** `GET /auth/sign-in`: begins a sign-in, where the person did so on one of our own pages (RP-04). */
export async function beginSignIn(request: Request, ground: Ground): Promise<Response> {
	const fault = forgedNavigation(request);
	if (fault !== undefined) return failed(forged(fault), request, { href: "/", text: "Go on" }, ground);
	return signIn(request, ground);
}

/**
 * `GET /auth/callback`: the issuer's answer. A no goes back to the app, which knows what to say to it. What the app could only try again, and would
 * perhaps without end, stays on a page.
 */
export async function endSignIn(request: Request, ground: Ground): Promise<Response> {
	const state = new URL(request.url).searchParams.get("state");
	const found = state === null ? undefined : await findTransaction(request, state, ground).catch(() => undefined);
	const returnTo = found?.open?.returnTo ?? "/";
	const onError = (error: AuthError) => {
		ground.report(error);
		const cookie = outcomeCookie(error, ground);
		return cookie === undefined ? undefined : hop(returnTo, [cookie]);
	};
	return callback(request, { ...ground, settings: { ...ground.settings, onError } });
}

const forged = (fault: string) => new AuthError("csrf_refused", `A navigation was refused: ${fault}.`);
