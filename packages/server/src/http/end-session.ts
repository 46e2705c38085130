import { OAuthError, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { signOut } from "../login/sign-out.ts";
import { decideEndSession } from "../oauth/end-session.ts";
import { cookieNames, setCookie } from "./cookies.ts";
import type { DoorGround } from "./door.ts";
import { readForm } from "./forms.ts";
import { personView } from "./interaction.ts";
import { chooseLanguage, pagesFor, withLanguage } from "./language.ts";
import { bodyOf, isForm, queryOf } from "./parse.ts";
import { redirect, sendPage } from "./render.ts";
import { addCookie, type Browser, browserOf, markBrowser, maxSealed } from "./waiting.ts";

/** `GET /end-session` (RP-Initiated Logout §2), or its POST come back sealed. */
export async function getEndSession(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const text = textOf(request, ground, now);
	const parameters = parseParameters(text);
	const browser = await browserOf(request, ground, now);
	const decision = decideEndSession(parameters, browser.session, ground.oauth, now);
	if (decision.kind === "end" || !browser.session) return end(request, reply, browser, decision, parameters, ground, now);
	const mark = markBrowser(reply, browser, ground);
	// What is too long for a form is asked all the same; it knows no way back then.
	const sealed = ground.seals.seal("post", { path: "/end-session", parameters: text.length > maxSealed ? "" : text }, now);
	const hidden = { continue: sealed, form: ground.macs.form(mark, "logout", browser.session.session.id) };
	const pages = pagesFor(request, parameters.values.get("ui_locales"), ground, `continue=${sealed}`);
	return sendPage(
		reply,
		pages.logoutPage({ person: personView(browser.session), noWayBack: decision.badWayBack, action: "/end-session", hidden }),
	);
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
	const parameters = parseParameters(opened.value.parameters);
	const decision = decideEndSession(parameters, browser.session, ground.oauth, now);
	if (fields.values.get("answer") === "cancel") return redirect(reply, signedOutUrl(request, parameters, ground));
	return end(request, reply, browser, decision, parameters, ground, now);
}

async function end(
	request: FastifyRequest,
	reply: FastifyReply,
	browser: Browser,
	decision: ReturnType<typeof decideEndSession>,
	parameters: Parameters,
	ground: DoorGround,
	now: number,
): Promise<FastifyReply> {
	const { session } = browser;
	if (session) await signOut(session, decision.client?.id, request.id, ground.login, now);
	addCookie(reply, setCookie(cookieNames.session, "", 0));
	// Who goes back to an app waits for no other.
	if (decision.returnTo !== undefined) return redirect(reply, decision.returnTo);
	// For this browser alone, also where it has lost its mark.
	const receipt =
		session && ground.seals.seal("receipt", { sessionId: session.session.id, browser: markBrowser(reply, browser, ground) }, now);
	return redirect(reply, signedOutUrl(request, parameters, ground, receipt));
}

/** The page keeps the language that was asked for. */
function signedOutUrl(request: FastifyRequest, parameters: Parameters, ground: DoorGround, receipt?: string): string {
	const uiLocales = parameters.values.get("ui_locales");
	const acceptLanguage = request.headers["accept-language"];
	const query = [
		...(receipt === undefined ? [] : [`receipt=${receipt}`]),
		...(uiLocales === undefined ? [] : [`ui_locales=${chooseLanguage({ uiLocales, acceptLanguage }, ground.pages.languages)}`]),
	];
	return query.length === 0 ? "/signed-out" : `/signed-out?${query.join("&")}`;
}

/** The request as it came first, whether it travelled sealed or not; in another language, where the page's footer asks for one. */
function textOf(request: FastifyRequest, ground: DoorGround, now: number): string {
	const query = queryOf(request);
	const asked = parseParameters(query).values;
	const sealed = asked.get("continue");
	const opened = sealed === undefined ? undefined : ground.seals.open("post", sealed, now);
	if (opened?.value.path !== "/end-session") return query;
	const lang = ground.pages.languages.find((each) => each === asked.get("ui_locales"));
	return lang === undefined ? opened.value.parameters : withLanguage(opened.value.parameters, lang);
}

function sealedUrl(parameters: string, ground: DoorGround, now: number): string {
	return `/end-session?continue=${ground.seals.seal("post", { path: "/end-session", parameters }, now)}`;
}
