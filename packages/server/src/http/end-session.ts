import { OAuthError, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { signOut } from "../login/sign-out.ts";
import type { SessionStanding } from "../model/index.ts";
import { decideEndSession } from "../oauth/end-session.ts";
import { cookieNames, setCookie } from "./cookies.ts";
import type { DoorGround } from "./door.ts";
import { readForm } from "./forms.ts";
import { personView } from "./interaction.ts";
import { bodyOf, isForm, queryOf } from "./parse.ts";
import { redirect, sendPage } from "./render.ts";
import { addCookie, browserOf, markBrowser } from "./waiting.ts";

const maxSealed = 8_192;

/** `GET /end-session` (RP-Initiated Logout §2), or its POST come back sealed. */
export async function getEndSession(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const asked = parseParameters(queryOf(request));
	const parameters = resumed(asked, ground, now) ?? asked;
	const browser = await browserOf(request, ground, now);
	const decision = decideEndSession(parameters, browser.session, ground.oauth, now);
	if (decision.kind === "end" || !browser.session) return end(request, reply, browser.session, decision, ground, now);
	const mark = markBrowser(reply, browser, ground);
	const hidden = {
		continue: ground.seals.seal("post", { path: "/end-session", parameters: textOf(request, ground, now) }, now),
		form: ground.macs.form(mark, "logout", browser.session.session.id),
	};
	return sendPage(reply, ground.pages.logoutPage({ person: personView(browser.session), action: "/end-session", hidden }), ground);
}

/**
 * `POST /end-session`: either our own confirmation, known by its form token, or another site's request, which travels
 * sealed to its own GET because the Lax cookie comes only with that.
 */
export async function postEndSession(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	if (!isForm(request.headers["content-type"]))
		throw new OAuthError("unsupported_media_type", "send a body of type application/x-www-form-urlencoded");
	const text = [queryOf(request), bodyOf(request)].filter((part) => part !== "").join("&");
	const parameters = parseParameters(text);
	if (parameters.values.has("form")) return confirmed(request, reply, ground, now);
	if (text.length > maxSealed) throw new OAuthError("invalid_request", `the request is longer than ${maxSealed} bytes`);
	return redirect(reply, sealedUrl(text, ground, now));
}

/** The person answered our own page. A form that does not fit is shown again for whoever is signed in now; nothing ends. */
async function confirmed(request: FastifyRequest, reply: FastifyReply, ground: DoorGround, now: number): Promise<FastifyReply> {
	const fields = readForm(request);
	const browser = await browserOf(request, ground, now);
	const opened = ground.seals.open("post", fields.values.get("continue") ?? "", now);
	if (opened?.value.path !== "/end-session") throw new OAuthError("forbidden", "this form belongs to no page of this site");
	const genuine =
		browser.mark !== undefined && ground.macs.isForm(fields.values.get("form") ?? "", browser.mark, "logout", browser.session?.session.id);
	if (!genuine) return redirect(reply, sealedUrl(opened.value.parameters, ground, now));
	const decision = decideEndSession(parseParameters(opened.value.parameters), browser.session, ground.oauth, now);
	if (fields.values.get("answer") === "cancel") return redirect(reply, "/signed-out");
	return end(request, reply, browser.session, decision, ground, now);
}

async function end(
	request: FastifyRequest,
	reply: FastifyReply,
	session: SessionStanding | undefined,
	decision: ReturnType<typeof decideEndSession>,
	ground: DoorGround,
	now: number,
): Promise<FastifyReply> {
	if (session) await signOut(session, decision.client?.id, request.id, ground.login, now);
	addCookie(reply, setCookie(cookieNames.session, "", 0));
	return redirect(reply, decision.returnTo ?? "/signed-out");
}

/** `GET /signed-out`: says what is so, also to somebody who chose to stay. */
export async function getSignedOut(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const { session } = await browserOf(request, ground, ground.now());
	return sendPage(reply, ground.pages.signedOutPage(session ? { stayed: personView(session) } : {}), ground);
}

function resumed(asked: Parameters, ground: DoorGround, now: number): Parameters | undefined {
	const sealed = asked.values.get("continue");
	const opened = sealed === undefined ? undefined : ground.seals.open("post", sealed, now);
	return opened?.value.path === "/end-session" ? parseParameters(opened.value.parameters) : undefined;
}

/** The request as it came first, whether it travelled sealed or not. */
function textOf(request: FastifyRequest, ground: DoorGround, now: number): string {
	const query = queryOf(request);
	const sealed = parseParameters(query).values.get("continue");
	const opened = sealed === undefined ? undefined : ground.seals.open("post", sealed, now);
	return opened?.value.path === "/end-session" ? opened.value.parameters : query.slice(0, maxSealed);
}

function sealedUrl(parameters: string, ground: DoorGround, now: number): string {
	return `/end-session?continue=${ground.seals.seal("post", { path: "/end-session", parameters }, now)}`;
}
