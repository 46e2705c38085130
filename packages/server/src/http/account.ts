import { OAuthError, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { changePassword, type PasswordChanged } from "../login/change-password.ts";
import { endAllOthers, endOther, readAccount, takeBack } from "../management/account.ts";
import type { SessionStanding, WaitingRequest } from "../model/index.ts";
import { accountView } from "./account-view.ts";
import { cookieAges, cookieNames, cookieValues, setCookie } from "./cookies.ts";
import type { DoorGround } from "./door.ts";
import { readForm } from "./forms.ts";
import { pagesFor } from "./language.ts";
import { clientAddress, networkOf, seenFrom } from "./network.ts";
import { type AccountNotice, accountNotices, type PasswordError } from "./pages/index.ts";
import { queryOf } from "./parse.ts";
import { knownError, redirect, sendPage } from "./render.ts";
import { addCookie, browserOf, markBrowser, ownPageUrl, pageUrl } from "./waiting.ts";

/** What the forms of the page are bound to, beside the browser and the session. */
const purpose = "account";

/** `GET /account`: the person's own page. Without a session it waits for one, as a request of an app does. */
export async function getAccount(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const asked = parseParameters(queryOf(request));
	const browser = await browserOf(request, ground, now);
	const sealed = asked.values.get("continue");
	const came = sealed === undefined ? undefined : ground.seals.open("request", sealed, now)?.value;
	const parameters = came?.leadsTo === "/account" ? came.parameters : languageOf(asked);
	const mark = markBrowser(reply, browser, ground);
	if (!browser.session) {
		const restarted = came?.restarted ? { restarted: true } : {};
		return redirect(reply, pageUrl("login", { ...waitingFor(parameters, mark), ...restarted }, ground, now));
	}
	if (sealed !== undefined) return redirect(reply, ownPageUrl("/account", parameters));
	const notice = accountNotices.find((one) => one === asked.values.get("notice"));
	return show(request, reply, { session: browser.session, mark, parameters }, ground, now, notice === undefined ? {} : { notice });
}

/** `GET` of an address that a form goes to, which a browser asks for when its page is loaded anew: the page itself. */
export function getAccountForm(request: FastifyRequest, reply: FastifyReply): FastifyReply {
	return redirect(reply, ownPageUrl("/account", languageOf(parseParameters(queryOf(request)))));
}

/** `POST /account/apps`: takes back what an app was allowed. */
export async function postApps(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const form = await ownForm(request, ground, now);
	if (form.kind === "stale") return redirect(reply, form.to);
	const clientId = form.fields.values.get("revoke");
	if (clientId === undefined || !(await takeBack(form.session, clientId, request.id, ground.account, now)))
		throw new OAuthError("not_found", "this person allows no such app anything");
	return redirect(reply, noticeUrl(form, "taken-back"));
}

/** `POST /account/sessions`: ends another session, or all others. Its own is ended by signing out. */
export async function postSessions(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const form = await ownForm(request, ground, now);
	if (form.kind === "stale") return redirect(reply, form.to);
	if (form.fields.values.has("others")) {
		await endAllOthers(form.session, request.id, ground.account, now);
		return redirect(reply, noticeUrl(form, "others-ended"));
	}
	const sessionId = form.fields.values.get("end");
	if (sessionId === form.session.session.id) return redirect(reply, signOutUrl(form.parameters));
	if (sessionId === undefined || !(await endOther(form.session, sessionId, request.id, ground.account, now)))
		throw new OAuthError("not_found", "this person has no such session");
	return redirect(reply, noticeUrl(form, "session-ended"));
}

/** `POST /account/password`: sets another password, for whoever knows the current one. */
export async function postPassword(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const form = await ownForm(request, ground, now);
	if (form.kind === "stale") return redirect(reply, form.to);
	const { person, session } = form.session;
	const again = (passwordError: PasswordError, status: number) => show(request, reply, form, ground, now, { passwordError, status });
	const address = clientAddress(request, ground.trustedProxies);

	let result: PasswordChanged;
	try {
		result = await changePassword(
			{
				session: form.session,
				current: form.fields.values.get("current") ?? "",
				next: form.fields.values.get("new") ?? "",
				deviceCookies: cookieValues(request.headers.cookie, cookieNames.device).slice(0, 3),
				network: networkOf(address),
				seenFrom: seenFrom(address),
				userAgent: request.headers["user-agent"],
				traceId: request.id,
			},
			ground.account,
			now,
		);
	} catch (error) {
		const known = knownError(error, "page");
		if (known.code !== "temporarily_unavailable") throw error;
		reply.header("retry-after", String(known.retryAfter ?? 2));
		return again({ kind: "busy" }, 503);
	}
	ground.log.info({ trace_id: request.id, sub: person.id, sid: session.id, result: result.kind }, "a person's own change of password");
	switch (result.kind) {
		case "unfit":
			return again({ kind: result.fault }, 400);
		case "refused":
			if (result.delay > 0) await ground.sleep(result.delay);
			return again({ kind: "wrong" }, 400);
		case "too-many":
			reply.header("retry-after", String(result.retryAfter));
			return again({ kind: "too-many", seconds: result.retryAfter }, 429);
		case "stale":
			return redirect(reply, noticeUrl(form, "stale"));
		case "changed": {
			addCookie(reply, setCookie(cookieNames.session, result.cookie, Math.ceil((session.expiresAt - now) / 1000)));
			addCookie(reply, setCookie(cookieNames.device, ground.macs.device(person.id, result.passwordVersion, now), cookieAges.device));
			return redirect(reply, noticeUrl(form, "password-changed"));
		}
	}
}

/** Who looks at the page, in which browser, with which language in its address. */
interface Viewer {
	readonly session: SessionStanding;
	readonly mark: string;
	readonly parameters: string;
}

/** One of the page's forms, come back. */
type OwnForm =
	| (Viewer & { readonly kind: "own"; readonly fields: Parameters })
	/** Of another session, person or browser: nothing was evaluated. */
	| { readonly kind: "stale"; readonly to: string };

/**
 * Reads a form of the page (LG-11). One that does not fit shows the page again, which says so; the second time it is
 * refused with the reason.
 *
 * @throws OAuthError `forbidden`, `unsupported_media_type`
 */
async function ownForm(request: FastifyRequest, ground: DoorGround, now: number): Promise<OwnForm> {
	const fields = readForm(request);
	const { session, mark } = await browserOf(request, ground, now);
	const parameters = languageOf(fields);
	if (!session) return { kind: "stale", to: ownPageUrl("/account", parameters) };
	if (mark !== undefined && ground.macs.isForm(fields.values.get("form") ?? "", mark, purpose, session.session.id))
		return { kind: "own", fields, session, mark, parameters };
	if (fields.values.has("again")) throw new OAuthError("forbidden", "this form was not sent from the page that this browser was shown");
	return { kind: "stale", to: noticeUrl({ parameters }, "stale") };
}

interface Shown {
	readonly notice?: AccountNotice;
	readonly passwordError?: PasswordError;
	readonly status?: number;
}

async function show(
	request: FastifyRequest,
	reply: FastifyReply,
	{ session, mark, parameters }: Viewer,
	ground: DoorGround,
	now: number,
	{ status = 200, ...shown }: Shown,
): Promise<FastifyReply> {
	const account = await readAccount(session, ground.account, now);
	const uiLocales = parseParameters(parameters).values.get("ui_locales");
	const other: WaitingRequest = { ...waitingFor(parameters, mark), sessionId: session.session.id };
	const document = pagesFor(request, uiLocales, ground, "").accountPage({
		...accountView(account, session, ground.account.registry(), now),
		...shown,
		hidden: {
			form: ground.macs.form(mark, purpose, session.session.id),
			...(uiLocales === undefined ? {} : { ui_locales: uiLocales }),
			...(shown.notice === "stale" ? { again: "1" } : {}),
		},
		signOutUrl: signOutUrl(parameters),
		otherAccountUrl: pageUrl("login", other, ground, now),
	});
	return sendPage(reply, document, status);
}

function waitingFor(parameters: string, mark: string): WaitingRequest {
	return { leadsTo: "/account", parameters, settled: {}, browser: mark };
}

/** All that the page's own address may ask for. */
function languageOf({ values }: Parameters): string {
	const asked = values.get("ui_locales");
	return asked === undefined ? "" : `ui_locales=${encodeURIComponent(asked.slice(0, 100).toWellFormed())}`;
}

function noticeUrl({ parameters }: Pick<Viewer, "parameters">, notice: AccountNotice): string {
	return ownPageUrl("/account", [parameters, `notice=${notice}`].filter((part) => part !== "").join("&"));
}

function signOutUrl(parameters: string): string {
	return parameters === "" ? "/end-session" : `/end-session?${parameters}`;
}
