import { AuthError, type AuthErrorCode } from "../client/auth-error.ts";
import type { Ground } from "./ground.ts";
import { isNavigation } from "./navigation.ts";
import { html, json, page } from "./page.ts";
import type { WebSettings } from "./settings.ts";

/** Codes whose status is not that of their action. */
const statuses: Partial<Record<AuthErrorCode, number>> = {
	step_up_required: 401,
	access_denied: 403,
	csrf_refused: 403,
	state_unknown: 400,
	id_token_refused: 502,
	issuer_mismatch: 502,
	invalid_request: 400,
};

/** What a person is told. What the developer is told stands in the error, and goes to the log. */
const sentences: Readonly<Record<string, readonly [title: string, text: string]>> = {
	access_denied: ["You are not signed in", "The sign-in was declined, so you were not signed in."],
	step_up_failed: ["This needs a stronger sign-in", "The way you signed in is not enough for this page."],
	csrf_refused: ["This did not come from here", "Another site asked for this, so it was not done. If it was you, go back and try again."],
	redirect_loop: [
		"Signing in does not work",
		"You signed in, and this browser came back without it. Cookies may be switched off for this site.",
	],
};
const away = ["Please try again in a moment", "Signing in does not work right now. Nothing is lost: try again in a moment."] as const;
const wrong = ["Signing in does not work", "Something is not right between this site and its sign-in. Trying again may help."] as const;

/** Where a person can go from here. */
export interface Onward {
	readonly href: string;
	readonly text?: string;
	readonly cookies?: readonly string[];
}

export const statusOf = ({ code, status }: AuthError) => statuses[code] ?? status;

/** What is told of an error to whoever cannot be shown a page. */
export function toldOf(error: AuthError): Readonly<Record<string, unknown>> {
	const { code, action, retryable, traceId, docs } = error;
	return { error: code, action, retryable, ...(traceId !== undefined && { traceId }), docs };
}

/** The answer to a request that failed: the app's own page, else ours, and JSON for whoever does not open one. */
export async function failed(thrown: unknown, request: Request, onward: Onward, { settings }: Ground): Promise<Response> {
	if (!(thrown instanceof AuthError)) throw thrown;
	const { href, text = "Try again", cookies = [] } = onward;
	const own = await tell(thrown, request, settings);
	if (own) return withCookies(own, cookies);
	const headers = thrown.retryAfter === undefined ? {} : { "retry-after": String(thrown.retryAfter) };
	if (!isNavigation(request)) return json(statusOf(thrown), toldOf(thrown), cookies, headers);
	const [title, sentence] = sentences[thrown.code] ?? (thrown.retryable ? away : wrong);
	const trace = thrown.traceId === undefined ? "" : html` · <code>${thrown.traceId}</code>`;
	const forDevelopers = settings.inDevelopment ? html`<p><small>For developers, on localhost alone: ${thrown.message}</small></p>` : "";
	const body = html`<p>${sentence}</p><p><a href="${href}">${text}</a></p><p><small>${thrown.code}${trace}</small></p>${forDevelopers}`;
	return page({ title, body, status: statusOf(thrown), cookies, headers });
}

function withCookies(response: Response, cookies: readonly string[]): Response {
	const headers = new Headers(response.headers);
	for (const cookie of cookies) headers.append("set-cookie", cookie);
	headers.set("cache-control", "no-store");
	return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** What a stranger wrote, as it may stand in a log: in one line, in letters that no terminal obeys, and not long (PG-05, PG-15). */
export const harmless = (text: string) => text.replace(/[^\x20-\x7e]+/g, " ").slice(0, 300);

/** Tells the app, and where it does not listen, the log. That a person said no is nobody's fault. */
export async function tell(error: AuthError, request: Request, { onError }: WebSettings): Promise<Response | undefined> {
	if (onError) return onError(error, request);
	const { code, message, traceId } = error;
	if (code !== "access_denied")
		console.error(`Sign-in: ${code}: ${harmless(message)}${traceId === undefined ? "" : ` (trace ${traceId})`}`);
	return undefined;
}
