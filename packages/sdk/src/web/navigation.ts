import { type HttpRequest, headerOf } from "../http/http-request.ts";

/** A request as far as it is looked at here. */
export interface Asked extends HttpRequest {
	readonly method?: string | undefined;
}

/**
 * Whether a page is being opened, which can be sent to sign in; a script's call, a picture or a frame cannot (rule 19). Browsers say so (Fetch
 * Metadata §2.2); of what says nothing, what asks for HTML is one.
 */
export function isNavigation(request: Asked): boolean {
	const mode = headerOf(request, "sec-fetch-mode");
	if (mode !== undefined) return mode === "navigate" && (headerOf(request, "sec-fetch-dest") ?? "document") === "document";
	return headerOf(request, "x-requested-with") === undefined && /\btext\/html\b/.test(headerOf(request, "accept") ?? "");
}

/** Whether a link of another site led here: then Strict cookies are not sent, though they may be there. */
export const isFromElsewhere = (request: Asked) => headerOf(request, "sec-fetch-site") === "cross-site";

/**
 * What makes a request one that a foreign page may have caused, or nothing. `same-site` is foreign too: a sibling host is another app. Where a
 * browser does not say (Fetch Metadata §2.3), its Origin does; whatever says neither is no browser's form.
 */
export function forgeryFault(request: Asked, origin: string): string | undefined {
	const site = headerOf(request, "sec-fetch-site");
	if (site !== undefined) return site === "same-origin" ? undefined : `it comes from a page that is ${site}`;
	const from = headerOf(request, "origin");
	return from === origin ? undefined : from === undefined ? "it does not say where it comes from" : "it comes from another origin";
}

/**
 * The same for a request that may change something in the app, by its method (RFC 9110 §9.2.1). The session's cookie is Strict, which keeps other
 * sites off; this keeps off what counts as the same site and is another app. Whatever says nothing of where it comes from is no such page.
 */
export function foreignFault(request: Asked, origin: string): string | undefined {
	if (/^(?:GET|HEAD|OPTIONS|TRACE)$/.test(request.method ?? "GET")) return undefined;
	const site = headerOf(request, "sec-fetch-site");
	if (site === "none" || (site === undefined && headerOf(request, "origin") === undefined)) return undefined;
	return forgeryFault(request, origin);
}
