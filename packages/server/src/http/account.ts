import { type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { readAccount } from "../management/account.ts";
import type { SessionStanding, WaitingRequest } from "../model/index.ts";
import { accountView } from "./account-view.ts";
import type { DoorGround } from "./door.ts";
import { pagesFor } from "./language.ts";
import { type AccountNotice, accountNotices, type PasswordError } from "./pages/index.ts";
import { queryOf } from "./parse.ts";
import { redirect, sendPage } from "./render.ts";
import { browserOf, markBrowser, ownPageUrl, pageUrl } from "./waiting.ts";

/** What the forms of the page are bound to, beside the browser and the session. */
export const formPurpose = "account";

/** `GET /account`: the person's own page. Without a session it waits for one, as a request of an app does. */
export async function getAccount(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const asked = parseParameters(queryOf(request));
	const browser = await browserOf(request, ground, now);
	const sealed = asked.values.get("continue");
	const came = sealed === undefined ? undefined : ground.seals.open("request", sealed, now)?.value;
	const notice = noticeIn(asked, request);
	const own = came?.leadsTo === "/account" ? came.parameters : languageOf(asked);
	const mark = markBrowser(reply, browser, ground);
	if (!browser.session) {
		const why = { ...(came?.restarted ? { restarted: true } : {}), ...(came?.stale ? { stale: true } : {}) };
		// Whoever pressed a button after their session had ended hears, once they are signed in again, that nothing was done.
		const waiting = waitingFor(notice === "stale" ? withNotice(own, notice) : own, mark);
		return redirect(reply, pageUrl("login", { ...waiting, ...why }, ground, now));
	}
	if (sealed !== undefined) return redirect(reply, ownPageUrl("/account", own));
	const viewer = { session: browser.session, mark, parameters: own };
	return showAccount(request, reply, viewer, ground, now, notice === undefined ? {} : { notice });
}

/** What a form of the page has just done. A link from elsewhere, or a bookmark, makes the page say nothing. */
function noticeIn({ values }: Parameters, request: FastifyRequest): AccountNotice | undefined {
	const site = request.headers["sec-fetch-site"];
	if (site !== undefined && site !== "same-origin") return undefined;
	return accountNotices.find((one) => one === values.get("notice"));
}

/** The page's own parameters, with what it is to say. */
export function withNotice(parameters: string, notice: AccountNotice): string {
	return [parameters, `notice=${notice}`].filter((part) => part !== "").join("&");
}

/** Who looks at the page, in which browser, with which language in its address. */
export interface Viewer {
	readonly session: SessionStanding;
	readonly mark: string;
	readonly parameters: string;
}

interface Shown {
	readonly notice?: AccountNotice;
	readonly passwordError?: PasswordError;
	readonly status?: number;
}

/** Shows the page as the account is now. */
export async function showAccount(
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
		...accountView(account, session, ground, now),
		...shown,
		hidden: {
			form: ground.macs.form(mark, formPurpose, session.session.id),
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
export function languageOf({ values }: Parameters): string {
	const asked = values.get("ui_locales");
	return asked === undefined ? "" : `ui_locales=${encodeURIComponent(asked.slice(0, 100).toWellFormed())}`;
}

/** Where the person signs out, in the same language. */
export function signOutUrl(parameters: string): string {
	return parameters === "" ? "/end-session" : `/end-session?${parameters}`;
}
