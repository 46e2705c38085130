import { AuthError } from "../client/auth-error.ts";
import { cookiesOf } from "./cookies.ts";
import { failed, harmless } from "./failure.ts";
import type { Ground } from "./ground.ts";
import { isFromElsewhere } from "./navigation.ts";
import type { SignInOptions } from "./options.ts";
import { hop, redirect } from "./page.ts";
import { ownPath } from "./return-to.ts";
import { checkSignInOptions } from "./settings.ts";
import { beginTransaction, recentSessions } from "./transactions.ts";

/** After so many sign-ins without a session something is wrong that one more would not mend. */
const mostTries = 2;

/** Words in the address of a sign-in. There are seven; to look for what was meant by each of a thousand would be work for a stranger. */
const mostWords = 20;

/** The path that begins a sign-in. @param tries how often it has been begun again by itself */
export function signInPath(basePath: string, how: SignInOptions = {}, tries = 0): string {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(how)) if (value !== undefined) query.set(name, [value].flat().join(" "));
	if (tries > 0) query.set("tries", String(tries));
	return `${basePath}/sign-in${query.size > 0 ? `?${query}` : ""}`;
}

/** `GET /auth/sign-in`: sends the browser to the issuer. Whoever is signed in already goes on, unless more is asked for than that. */
export async function signIn(request: Request, ground: Ground): Promise<Response> {
	const { cookies, sessions, settings } = ground;
	const { searchParams } = new URL(request.url);
	const tries = triesIn(searchParams.get("tries"));
	const returnTo = ownPath(searchParams.get("returnTo"), settings.origin);
	try {
		const how = howIn(searchParams);
		const cookie = cookiesOf(request).get(cookies.session);
		// Whether somebody is signed in can only be seen from a page of our own.
		if (cookie === undefined && tries === 0 && isFromElsewhere(request)) return hop(signInPath(settings.basePath, { ...how, returnTo }, 1));
		const found = await sessions.read(cookie);
		if (found.session && Object.keys(how).length === 0) return redirect(returnTo);
		const lost = !found.session && found.ended === undefined && (await recentSessions(request, ground)) >= mostTries;
		if (lost) throw loop(ground);
		return await depart(request, { how, returnTo, tries, former: found.session && cookie }, ground);
	} catch (error) {
		return failed(error, request, { href: signInPath(settings.basePath, { returnTo }) }, ground);
	}
}

interface Departure {
	readonly how: Omit<SignInOptions, "returnTo">;
	readonly returnTo: string;
	readonly tries: number;
	readonly former: string | undefined;
}

async function depart(request: Request, { how, returnTo, tries, former }: Departure, ground: Ground): Promise<Response> {
	const { client, settings, world } = ground;
	const { redirectUri, scope } = settings;
	const drawn = client.newSecrets();
	// A browser that keeps no cookies can be told from one that kept them too long by this alone.
	const secrets = { ...drawn, state: tries > 0 ? `${drawn.state}.${tries}` : drawn.state };
	const url = await client.authorizationUrl({ redirectUri, scope, ...how }, secrets);
	const { maxAge, acrValues } = how;
	const acr = acrValues === undefined ? undefined : [acrValues].flat().flatMap((one) => one.split(" "));
	const cookies = await beginTransaction(request, { ...secrets, returnTo, maxAge, acr, former, begun: world.wall() }, ground);
	return redirect(url, cookies);
}

/** Begins again by itself what came to nothing, from a page of our own: only then is it seen whether somebody is signed in. */
export function again(returnTo: string, state: string | null, ground: Ground, cookies: readonly string[] = []): Response {
	const tries = triesIn(/\.(\d)$/.exec(state ?? "")?.[1] ?? null) + 1;
	if (tries > mostTries) throw loop(ground);
	return hop(signInPath(ground.settings.basePath, { returnTo }, tries), cookies);
}

const triesIn = (text: string | null) => (text !== null && /^\d$/.test(text) ? Number(text) : 0);

function loop({ settings }: Ground): AuthError {
	return new AuthError(
		"redirect_loop",
		`The browser came back ${mostTries} times without a session. Does it keep the cookies of ${settings.origin}, and is that the address it has open? Do all processes of the app use one store, with the same sessionKeys?`,
	);
}

function howIn(query: URLSearchParams): Omit<SignInOptions, "returnTo"> {
	if (query.size > mostWords) throw new AuthError("invalid_request", `The address of a sign-in has ${query.size} words in its query.`);
	const { maxAge, returnTo, tries, ...texts } = Object.fromEntries(query);
	const how = { ...texts, ...(maxAge !== undefined && { maxAge: /^\d{1,9}$/.test(maxAge) ? Number(maxAge) : Number.NaN }) };
	try {
		checkSignInOptions(how);
	} catch (error) {
		// An address is not the developer's call: whoever wrote the link was wrong.
		throw new AuthError("invalid_request", harmless((error as AuthError).message));
	}
	return how;
}
