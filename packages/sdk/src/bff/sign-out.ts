import { AuthError } from "../client/auth-error.ts";
import { cookiesOf, noSessionCookie } from "../web/cookies.ts";
import { failed } from "../web/failure.ts";
import { formIn } from "../web/form.ts";
import { redirect } from "../web/page.ts";
import { noTransactions } from "../web/transactions.ts";
import { forgedNavigation } from "./forgery.ts";
import type { Ground } from "./ground.ts";
import { answerJson } from "./refusal.ts";

const purpose = "sign-out";
/** Seconds between the call that signs out and the navigation that follows it. */
const lifetime = 60;

const nameOf = ({ cookies }: Ground) => cookies.session.replace("session-", "sign-out-");
const cookie = (ground: Ground, value: string, age: number) =>
	`${nameOf(ground)}=${value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${age}`;

/**
 * `POST /auth/sign-out`, by a script of ours: ends the session here and gives its grant back. Unless the form says `everywhere=false`, it answers the path
 * that leads on to the issuer; the hint for it, an ID token, travels in a cookie that no script can read.
 */
export async function endSession(request: Request, ground: Ground): Promise<Response> {
	const { basePath } = ground.settings;
	const everywhere = (await formIn(request))?.get("everywhere") !== "false";
	const hint = await ground.sessions.end(cookiesOf(request).get(ground.cookies.session));
	const cookies = [noSessionCookie(ground.cookies), ...noTransactions(request, ground)];
	if (everywhere && hint !== undefined) cookies.push(cookie(ground, await ground.sessions.seal(purpose, hint), lifetime));
	const answer = answerJson(everywhere ? { url: `${basePath}/signed-out` } : {});
	for (const one of cookies) answer.headers.append("set-cookie", one);
	return answer;
}

/** `GET /auth/signed-out`: leads the browser to the issuer, to end its session there (RP-Initiated Logout §2). */
export async function leadOut(request: Request, ground: Ground): Promise<Response> {
	const { client, sessions, settings } = ground;
	const { postLogoutRedirectUri } = settings;
	const cookies = [cookie(ground, "", 0)];
	const fault = forgedNavigation(request);
	const onward = { href: "/", text: "Go on", cookies };
	if (fault !== undefined) return failed(new AuthError("csrf_refused", `A navigation was refused: ${fault}.`), request, onward, ground);
	try {
		const sealed = cookiesOf(request).get(nameOf(ground));
		const idTokenHint = sealed === undefined ? undefined : await sessions.open(purpose, sealed);
		const url = await client.endSessionUrl({ postLogoutRedirectUri, ...(typeof idTokenHint === "string" && { idTokenHint }) });
		return redirect(url ?? postLogoutRedirectUri, cookies);
	} catch (error) {
		return failed(error, request, onward, ground);
	}
}
