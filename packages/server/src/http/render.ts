import { type ErrorCode, OAuthError } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Client, Outcome } from "../model/index.ts";
import { isLoopbackIssuer } from "../model/loopback.ts";
import { UnknownApp } from "../oauth/authorize.ts";
import { StoreUnavailable } from "../store/store.ts";
import type { DoorGround } from "./door.ts";
import { pagesFor } from "./language.ts";
import { logoPath } from "./logo.ts";
import type { AppView, Document } from "./pages/index.ts";
import { readRefused } from "./refused.ts";
import { pageUrl } from "./waiting.ts";

/** Every answer is one of two kinds: a page for people, or JSON for programs. */
export type AnswerKind = "page" | "json";

/** How an app is shown on a page. */
export function appView(client: Client, ground: Pick<DoorGround, "knownLogos">): AppView {
	const { name, firstParty, reviewed, uri, policyUri, tosUri } = client;
	const logo = logoPath(client, ground);
	return {
		name,
		reviewed: firstParty || reviewed,
		...(logo === undefined ? {} : { logo }),
		...(uri === undefined ? {} : { uri }),
		...(policyUri === undefined ? {} : { policyUri }),
		...(tosUri === undefined ? {} : { tosUri }),
	};
}

/** Sends a page with the headers that belong to it. */
export function sendPage(reply: FastifyReply, { html, headers }: Document, status = 200): FastifyReply {
	return reply.code(status).headers(headers).type("text/html; charset=utf-8").send(html);
}

/** Sends a JSON answer that nobody may keep (RFC 6749 §5.1). */
export function sendJson(reply: FastifyReply, body: unknown, status = 200): FastifyReply {
	return reply.code(status).header("cache-control", "no-store").type("application/json").send(JSON.stringify(body));
}

/** 303 alone, always: the browser goes on with GET, and no form is sent on (RFC 9700 §4.12). */
export function redirect(reply: FastifyReply, to: string): FastifyReply {
	return reply.code(303).header("location", to).header("cache-control", "no-store").header("referrer-policy", "no-referrer").send();
}

/** Carries out what a rule about the browser concluded. */
export function sendOutcome(request: FastifyRequest, reply: FastifyReply, outcome: Outcome, ground: DoorGround, now: number): FastifyReply {
	switch (outcome.kind) {
		case "interact":
			return redirect(reply, pageUrl(outcome.page, outcome.waiting, ground, now));
		case "refuse":
			throw outcome.error;
		case "respond": {
			if (outcome.responseMode === "query") return redirect(reply, withQuery(outcome.redirectUri, outcome.parameters));
			const pages = pagesFor(request, outcome.uiLocales, ground);
			const page = pages.formPostPage({
				app: appView(outcome.client, ground),
				redirectUri: outcome.redirectUri,
				parameters: outcome.parameters,
			});
			return sendPage(reply, page);
		}
	}
}

/** Adds response parameters to a registered redirect URI, byte for byte as it is registered (I9). */
function withQuery(uri: string, parameters: ReadonlyMap<string, string>): string {
	const query = [...parameters].map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join("&");
	return `${uri}${uri.includes("?") ? "&" : "?"}${query}`;
}

/**
 * The one place where errors become answers. What the developer needs is in the answer; the cause goes to the log alone,
 * under the trace id that the answer carries.
 */
export function sendError(
	kind: AnswerKind,
	error: unknown,
	request: FastifyRequest,
	reply: FastifyReply,
	ground: DoorGround,
): FastifyReply {
	const known = knownError(error, kind);
	const status = known.status;
	const log = {
		trace_id: request.id,
		method: request.method,
		path: request.url.split("?", 1)[0]?.slice(0, 128),
		status,
		error: known.code,
		...(known.comparison === undefined ? {} : { compared: withoutQueries(known.comparison) }),
	};
	if (status >= 500) ground.log.error({ ...log, cause: causeText(known.cause ?? error) }, known.message);
	else ground.log.info({ ...log, ...(known.cause === undefined ? {} : { cause: causeText(known.cause) }) }, known.message);

	if (known.retryAfter !== undefined) reply.header("retry-after", String(known.retryAfter));
	if (kind === "page") {
		const development = isLoopbackIssuer(ground.issuer)
			? { description: known.message, ...(known.comparison === undefined ? {} : { comparison: known.comparison }) }
			: undefined;
		const { pages, way } = readRefused(known.code, request, ground);
		const unknownApp = known instanceof UnknownApp;
		const view = { code: known.code, unknownApp, traceId: request.id, ...(way ? { way } : {}), ...(development ? { development } : {}) };
		return sendPage(reply, pages.errorPage(view), status);
	}
	if (known.code === "invalid_client" && request.headers.authorization !== undefined)
		reply.header("www-authenticate", `Basic realm="${ground.issuer}", charset="UTF-8"`);
	return sendJson(reply, { error: known.code, error_description: known.message, trace_id: request.id }, status);
}

const ofFastify: Readonly<Record<string, { readonly code: ErrorCode; readonly message: string }>> = {
	FST_ERR_CTP_BODY_TOO_LARGE: { code: "content_too_large", message: "the body is larger than 64 KB" },
	FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: "unsupported_media_type", message: "send a body of type application/x-www-form-urlencoded" },
	FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: "invalid_request", message: "the body is not as long as its Content-Length" },
	FST_ERR_MAX_PARAM_LENGTH: { code: "not_found", message: "there is no such page" },
	FST_ERR_BAD_URL: { code: "not_found", message: "there is no such page" },
};

/** Whatever was thrown, as one of the codes there are. */
export function knownError(error: unknown, kind: AnswerKind): OAuthError {
	if (error instanceof OAuthError) return error;
	if (error instanceof StoreUnavailable)
		return new OAuthError("temporarily_unavailable", "try again in a moment", { cause: error, retryAfter: 2 });
	const named = typeof error === "object" && error !== null && "code" in error ? ofFastify[String(error.code)] : undefined;
	// RFC 6749 §5.2: at the endpoints of the protocol a body that is no form is a malformed request like any other.
	const code = named?.code === "unsupported_media_type" && kind === "json" ? "invalid_request" : named?.code;
	if (named && code) return new OAuthError(code, named.message, { cause: error });
	return new OAuthError("server_error", "something went wrong here: the trace id finds it in the log", { cause: error });
}

/** What was sent against what is registered, for whoever reads the log: a query could carry anything, and is left out, up to the two blanks between URIs. */
function withoutQueries(comparison: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	const shown = (value: string) => value.replaceAll(/[?#](?:(?! {2}).)*/gs, "?…").slice(0, 300);
	return Object.fromEntries(Object.entries(comparison).map(([label, value]) => [label, shown(value)]));
}

/** An error as a log line holds it: message and stack, never the request. */
function causeText(cause: unknown): string {
	if (cause instanceof Error)
		return `${cause.stack ?? cause.message}${cause.cause === undefined ? "" : `\ncaused by ${causeText(cause.cause)}`}`;
	return String(cause);
}
