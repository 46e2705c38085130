import { OAuthError, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { changePassword, type PasswordChanged } from "../login/change-password.ts";
import { endAllOthers, endOther, takeBack } from "../management/account.ts";
import { formPurpose, languageOf, showAccount, signOutUrl, type Viewer, withNotice } from "./account.ts";
import type { DoorGround } from "./door.ts";
import { readForm } from "./forms.ts";
import type { AccountNotice, PasswordError } from "./pages/index.ts";
import { queryOf } from "./parse.ts";
import { busy, giveCookies, guessOrigin } from "./password-door.ts";
import { redirect } from "./render.ts";
import { browserOf, ownPageUrl } from "./waiting.ts";

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
	const again = (passwordError: PasswordError, status: number) => showAccount(request, reply, form, ground, now, { passwordError, status });

	let result: PasswordChanged;
	try {
		result = await changePassword(
			{
				session: form.session,
				current: form.fields.values.get("current") ?? "",
				next: form.fields.values.get("new") ?? "",
				...guessOrigin(request, ground),
			},
			ground.account,
			now,
		);
	} catch (error) {
		busy(error, reply);
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
			giveCookies(reply, result.cookie, session, { id: person.id, passwordVersion: result.passwordVersion }, ground, now);
			return redirect(reply, noticeUrl(form, "password-changed"));
		}
	}
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
	if (session && mark !== undefined && ground.macs.isForm(fields.values.get("form") ?? "", mark, formPurpose, session.session.id))
		return { kind: "own", fields, session, mark, parameters };
	if (session && fields.values.has("again"))
		throw new OAuthError("forbidden", "this form was not sent from the page that this browser was shown");
	return { kind: "stale", to: noticeUrl({ parameters }, "stale") };
}

function noticeUrl({ parameters }: Pick<Viewer, "parameters">, notice: AccountNotice): string {
	return ownPageUrl("/account", withNotice(parameters, notice));
}
