import { AuthError } from "../client/auth-error.ts";
import type { Redeemed } from "../client/client.ts";
import { type Callback, callbackIn, refusalIn } from "../core/callback.ts";
import { sessionCookie } from "./cookies.ts";
import { failed, harmless } from "./failure.ts";
import type { Ground } from "./ground.ts";
import { hop } from "./page.ts";
import { again, signInPath } from "./sign-in.ts";
import { claimTransaction, findTransaction, type Transaction, usedTransaction } from "./transactions.ts";

/**
 * `GET /auth/callback`: the issuer's answer. One that this browser did not ask for, or has had before, is never redeemed, and no fault of the
 * person's either (Back, reload, a second tab): whoever is signed in goes on, and for everyone else the sign-in begins again.
 */
export async function callback(request: Request, ground: Ground): Promise<Response> {
	const { basePath, redirectUri } = ground.settings;
	let returnTo = "/";
	let cookies: readonly string[] = [];
	try {
		const answer = callbackIn(request.url, redirectUri);
		const state = answer?.state ?? null;
		const found = state === null ? undefined : await findTransaction(request, state, ground);
		returnTo = found?.returnTo ?? "/";
		const transaction = found?.open;
		if (!answer || !transaction || !(await claimTransaction(transaction, ground))) return again(returnTo, state, ground);
		cookies = [await usedTransaction(transaction, "nothing", ground)];
		const session = await begun(answer, request.url, transaction, ground);
		if (session === undefined) return again(returnTo, state, ground, cookies);
		return hop(returnTo, [await usedTransaction(transaction, "session", ground), sessionCookie(ground.cookies, session)]);
	} catch (error) {
		return failed(error, request, { href: signInPath(basePath, { returnTo }), cookies }, ground);
	}
}

/** RFC 9207 §2.4. An issuer that does not say that it names itself in its answers may leave it out, and not name another. */
async function isOfIssuer({ iss }: Callback, href: string, { client }: Ground): Promise<boolean> {
	if (new URL(href).searchParams.has("iss")) return iss === client.issuer;
	return !(await client.endpoints()).namesItself;
}

/** The cookie of the session that the answer begins; nothing when the answer came too late, and a new one may not. */
async function begun(answer: Callback, href: string, transaction: Transaction, ground: Ground): Promise<string | undefined> {
	const { client, settings } = ground;
	// Before anything is sent anywhere: a code of another issuer's is not to be tried at ours (AZ-19).
	if (!(await isOfIssuer(answer, href, ground)))
		throw new AuthError("issuer_mismatch", `The answer to a sign-in is not of ${client.issuer}, and was refused.`);
	if (answer.code === null || answer.error !== null) {
		const [code, message] = refusalIn(answer);
		if (code === "login_required") return undefined;
		throw new AuthError(code, harmless(message));
	}
	const { verifier, nonce, maxAge } = transaction;
	const redemption = { code: answer.code, redirectUri: settings.redirectUri, verifier, nonce, maxAge };
	const redeemed = await client.redeem(redemption).catch((error: unknown) => {
		if (error instanceof AuthError && error.code === "session_expired") return undefined;
		throw error;
	});
	return redeemed && keep(redeemed, transaction, ground);
}

/** Begins the session, and ends the one that it takes the place of (LG-12). What cannot be kept is given back. */
async function keep({ claims, tokens }: Redeemed, { acr, former }: Transaction, { client, sessions }: Ground): Promise<string> {
	try {
		if (acr !== undefined && !acr.includes(String(claims["acr"])))
			throw new AuthError("step_up_failed", `A sign-in of the kind ${acr.join(" or ")} was asked for, and the issuer made another.`);
		if (former !== undefined) await sessions.end(former);
		// The first access token is the issuer's own, for userinfo; other APIs have theirs by a refresh.
		return await sessions.begin({ claims, tokens }, client.issuer);
	} catch (error) {
		if (tokens.refreshToken !== undefined) await client.revoke(tokens.refreshToken).catch(() => undefined);
		throw error;
	}
}
