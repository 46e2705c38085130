import { OAuthError, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyRequest } from "fastify";
import type { WaitingRequest } from "../model/index.ts";
import type { DoorGround } from "./door.ts";
import { bodyOf, isForm } from "./parse.ts";
import { type Browser, browserOf, openWaiting, restartUrl } from "./waiting.ts";

/** The hidden fields of each of our forms. */
export function hiddenFields(
	purpose: string,
	continueText: string,
	mark: string,
	sessionId: string | undefined,
	ground: DoorGround,
): Readonly<Record<string, string>> {
	return { continue: continueText, form: ground.macs.form(mark, purpose, sessionId) };
}

/** One of our own forms, come back. */
export type Submitted =
	| {
			readonly kind: "submitted";
			readonly fields: Parameters;
			readonly browser: Browser;
			readonly waiting: WaitingRequest;
			readonly parameters: Parameters;
	  }
	/** It fits no more (another session or person, another browser mark): nothing was evaluated, the request starts again. */
	| { readonly kind: "restart"; readonly to: string };

/**
 * Reads a POST of one of our forms (LG-11, PG-01). A browser that says it comes from another site is refused; `Origin` is
 * no evidence, because under `no-referrer` our own pages send `null`. A form token that does not fit starts the request
 * again once; the second time, or without a request, the page says why.
 *
 * @throws OAuthError `forbidden`, `unsupported_media_type`, `invalid_request`
 */
export async function submitted(request: FastifyRequest, purpose: string, ground: DoorGround, now: number): Promise<Submitted> {
	const fields = readForm(request);
	const browser = await browserOf(request, ground, now);
	const text = fields.values.get("continue");
	const signingIn = purpose === "login";
	const opened = text === undefined ? undefined : ground.seals.open("request", text, now);
	if (!opened) throw new OAuthError("forbidden", "this form belongs to no sign-in that is known here: start again from the app");
	const genuine =
		browser.mark !== undefined && ground.macs.isForm(fields.values.get("form") ?? "", browser.mark, purpose, browser.session?.session.id);
	if (!genuine) {
		if (opened.value.restarted)
			throw new OAuthError("forbidden", "this form was not sent from the page that this browser was shown: start again from the app");
		return { kind: "restart", to: restartUrl(opened.value, true, ground, now, signingIn) };
	}
	const waiting = openWaiting(text, browser, ground, now, { signingIn });
	return waiting.kind === "restart"
		? waiting
		: { kind: "submitted", fields, browser, waiting: waiting.waiting, parameters: waiting.parameters };
}

/** Reads the fields of a form of ours, and refuses what another site sent. */
export function readForm(request: FastifyRequest): Parameters {
	const site = request.headers["sec-fetch-site"];
	if (site !== undefined && site !== "same-origin") throw new OAuthError("forbidden", "this form was sent by another site");
	if (!isForm(request.headers["content-type"]))
		throw new OAuthError("unsupported_media_type", "forms are sent as application/x-www-form-urlencoded");
	return parseParameters(bodyOf(request), ["scope"]);
}
