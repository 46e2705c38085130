import { parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { GuessOrigin } from "../login/guesses.ts";
import { loginMethods } from "../login/methods/index.ts";
import { type SignInResult, signIn } from "../login/sign-in.ts";
import { canonicalName, type WaitingRequest } from "../model/index.ts";
import { type Question, questionOf } from "../oauth/authorize.ts";
import type { DoorGround } from "./door.ts";
import { hiddenFields, submitted } from "./forms.ts";
import { pagesFor } from "./language.ts";
import type { SignInError } from "./pages/index.ts";
import { queryOf } from "./parse.ts";
import { busy, giveCookies, guessOrigin } from "./password-door.ts";
import { appView, redirect, sendPage } from "./render.ts";
import { answeredUrl, type Browser, browserOf, markBrowser, openPage, restartUrl } from "./waiting.ts";

/** `GET /login`: the sign-in page for a request that waits. */
export async function getLogin(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const browser = await browserOf(request, ground, now);
	const asked = parseParameters(queryOf(request));
	const opened = openPage("login", asked, browser, ground, now);
	if (opened.kind === "restart") {
		markBrowser(reply, browser, ground);
		return redirect(reply, opened.to);
	}
	const shown: Shown = opened.waiting.stale ? { error: { kind: "stale" } } : {};
	return page(request, reply, browser, opened.waiting, asked.values.get("continue") ?? "", ground, now, shown);
}

/** `POST /login`: the page's form. */
export async function postLogin(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const form = await submitted(request, "login", ground, now);
	if (form.kind === "restart") return redirect(reply, form.to);
	const { browser, waiting, fields } = form;
	const text = fields.values.get("continue") ?? "";
	const again = (error: SignInError, status: number) =>
		page(request, reply, browser, waiting, text, ground, now, { error, status, username: fields.values.get("username") });

	const origin = guessOrigin(request, ground);

	let result: SignInResult;
	try {
		result = await signIn(
			{
				values: fields.values,
				session: browser.session,
				clientId: waiting.leadsTo === undefined ? form.parameters.values.get("client_id") : undefined,
				...origin,
			},
			ground.login,
			now,
		);
	} catch (error) {
		busy(error, reply);
		return again({ kind: "busy" }, 503);
	}
	logAttempt(result, origin, fields.values.get("username") ?? "", ground);
	switch (result.kind) {
		case "refused":
			if (result.delay > 0) await ground.sleep(result.delay);
			return again({ kind: "mismatch" }, 400);
		case "too-many":
			reply.header("retry-after", String(result.retryAfter));
			return again({ kind: "too-many", seconds: result.retryAfter }, 429);
		case "signed-in": {
			const { session } = result.begun;
			giveCookies(reply, result.cookie, session, result.person, ground, now);
			// Answers that were given in another person's session are not this person's.
			const settled = { authenticated: { sessionId: session.id, authTime: session.authTime } };
			return redirect(reply, answeredUrl({ ...waiting, settled, sessionId: session.id }, ground, now));
		}
	}
}

/** One line for each attempt. What was typed as a name may be a password: its bucket tells attempts at one account apart. */
function logAttempt(result: SignInResult, { traceId, network }: GuessOrigin, name: string, ground: DoorGround): void {
	const line = { trace_id: traceId, network };
	if (result.kind === "signed-in") {
		ground.log.info({ ...line, sub: result.person.id, sid: result.begun.session.id }, "signed in");
		return;
	}
	const account = ground.login.bucket("account", canonicalName(name.slice(0, 256)));
	if (result.kind === "refused") ground.log.info({ ...line, account }, "sign-in refused");
	else ground.log.info({ ...line, account, retry_after: result.retryAfter }, "sign-in not evaluated: too many wrong guesses");
}

interface Shown {
	readonly error?: SignInError;
	readonly status?: number;
	readonly username?: string | undefined;
}

/** For whom a person signs in: an app, or themselves. Undefined when the request does not stand any more. */
function askedBy(
	{ leadsTo, parameters: text }: WaitingRequest,
	ground: DoorGround,
	now: number,
): (Pick<Question, "loginHint" | "uiLocales"> & { readonly client?: Question["client"] }) | undefined {
	const parameters = parseParameters(text);
	if (leadsTo === undefined) return questionOf(parameters, undefined, ground.oauth, now);
	return { loginHint: undefined, uiLocales: parameters.values.get("ui_locales") };
}

function page(
	request: FastifyRequest,
	reply: FastifyReply,
	browser: Browser,
	waiting: WaitingRequest,
	text: string,
	ground: DoorGround,
	now: number,
	shown: Shown,
): FastifyReply {
	const [method] = loginMethods;
	const mark = browser.mark;
	const question = askedBy(waiting, ground, now);
	if (!method || !question || mark === undefined) return redirect(reply, restartUrl(waiting, true, ground, now));
	const username = shown.username ?? question.loginHint;
	const document = pagesFor(request, question.uiLocales, ground, `continue=${text}`).signInPage({
		...(question.client && { app: appView(question.client, ground) }),
		form: method.ask(username === undefined ? {} : { username }),
		action: "/login",
		hidden: hiddenFields("login", text, mark, browser.session?.session.id, ground),
		...(shown.error === undefined ? {} : { error: shown.error }),
		...(username === undefined ? {} : { username }),
	});
	return sendPage(reply, document, shown.status);
}
