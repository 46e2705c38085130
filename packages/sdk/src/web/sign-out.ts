import { AuthError } from "../client/auth-error.ts";
import { cookiesOf, noSessionCookie } from "./cookies.ts";
import { failed } from "./failure.ts";
import { formIn } from "./form.ts";
import type { Ground } from "./ground.ts";
import { forgeryFault, isNavigation } from "./navigation.ts";
import { hop, html, json, page } from "./page.ts";
import { noTransactions } from "./transactions.ts";

/** `GET /auth/sign-out` asks, and changes nothing: a link, or a picture on some page, signs nobody out. */
export async function askSignOut(_request: Request, { settings }: Ground): Promise<Response> {
	const body = html`<form method="post" action="${settings.basePath}/sign-out"><p><button>Sign out</button></p></form><p><a href="/">Stay signed in</a></p>`;
	return page({ title: "Sign out?", body });
}

/**
 * `POST /auth/sign-out`, from a form of the app's: ends the session here, gives its grant back, and leads to the issuer to end the session
 * there (RP-Initiated Logout §2), unless the form says `everywhere=false`.
 */
export async function signOut(request: Request, ground: Ground): Promise<Response> {
	const { client, settings, sessions } = ground;
	const { origin, postLogoutRedirectUri } = settings;
	const fault = forgeryFault(request, origin);
	if (fault !== undefined) return failed(forged(fault), request, { href: "/", text: "Go on" }, ground);
	// Whatever becomes of the rest, this browser is signed out.
	const cookies = [noSessionCookie(ground.cookies), ...noTransactions(request, ground)];
	try {
		const everywhere = (await formIn(request))?.get("everywhere") !== "false";
		const idTokenHint = await sessions.end(cookiesOf(request).get(ground.cookies.session));
		// A script learns no token, not even as part of an address; without the hint the issuer asks the person.
		const hint = isNavigation(request) ? { idTokenHint } : {};
		const url = everywhere ? await client.endSessionUrl({ ...hint, postLogoutRedirectUri }) : undefined;
		if (!isNavigation(request)) return json(200, { signedOut: true, ...(url !== undefined && { continue: url }) }, cookies);
		// Not a redirect: pages commonly say where their forms may lead (CSP `form-action`), and browsers hold redirects to it.
		return hop(url ?? postLogoutRedirectUri, cookies);
	} catch (error) {
		return failed(error, request, { href: `${settings.basePath}/sign-out`, cookies }, ground);
	}
}

const forged = (fault: string) => new AuthError("csrf_refused", `A sign-out was refused: ${fault}.`);
