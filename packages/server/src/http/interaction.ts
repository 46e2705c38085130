import { type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Interaction, SessionStanding, Settled, WaitingRequest } from "../model/index.ts";
import { type Question, questionOf } from "../oauth/authorize.ts";
import type { DoorGround } from "./door.ts";
import { hiddenFields, submitted } from "./forms.ts";
import { pagesFor } from "./language.ts";
import type { Document, PersonView, SpokenPages } from "./pages/index.ts";
import { queryOf } from "./parse.ts";
import { redirect, sendPage } from "./render.ts";
import { answeredUrl, browserOf, markBrowser, openPage, pageUrl, restartUrl } from "./waiting.ts";

/** A page that asks the person who is signed in, and the form that it answers with. */
export interface InteractionPage {
	readonly page: Exclude<Interaction, "login">;
	/** The page; `hidden` are the fields that must come back. */
	readonly show: (asked: Asked, pages: SpokenPages, hidden: Readonly<Record<string, string>>) => Document;
	/** What the form settles; or the page to go to instead. */
	readonly settle: (asked: Asked, fields: Parameters, request: FastifyRequest) => Promise<Settled | { readonly go: Interaction }>;
}

/** What such a page and its form know. */
interface Asked {
	readonly ground: DoorGround;
	readonly now: number;
	readonly session: SessionStanding;
	readonly question: Question;
}

/** `GET`: shows the page to the person of the session that the request waits in; anything else starts the request again. */
export async function getInteraction(
	interaction: InteractionPage,
	request: FastifyRequest,
	reply: FastifyReply,
	ground: DoorGround,
): Promise<FastifyReply> {
	const now = ground.now();
	const browser = await browserOf(request, ground, now);
	const asked = parseParameters(queryOf(request));
	const opened = openPage(interaction.page, asked, browser, ground, now);
	if (opened.kind === "restart") {
		markBrowser(reply, browser, ground);
		return redirect(reply, opened.to);
	}
	const { session, mark } = browser;
	const question = questionOf(opened.parameters, session, ground.oauth, now);
	if (!session || !question || mark === undefined) return redirect(reply, restartUrl(opened.waiting, true, ground, now));
	const text = asked.values.get("continue") ?? "";
	const hidden = hiddenFields(interaction.page, text, mark, session.session.id, ground);
	const pages = pagesFor(request, question.uiLocales, ground, `continue=${text}`);
	return sendPage(reply, interaction.show({ ground, now, session, question }, pages, hidden));
}

/** `POST`: takes the answer, and goes back to `/authorize` with all that is settled so far. */
export async function postInteraction(
	interaction: InteractionPage,
	request: FastifyRequest,
	reply: FastifyReply,
	ground: DoorGround,
): Promise<FastifyReply> {
	const now = ground.now();
	const form = await submitted(request, interaction.page, ground, now);
	if (form.kind === "restart") return redirect(reply, form.to);
	const { session } = form.browser;
	const question = questionOf(form.parameters, session, ground.oauth, now);
	if (!session || !question) return redirect(reply, restartUrl(form.waiting, true, ground, now));
	const answer = await interaction.settle({ ground, now, session, question }, form.fields, request);
	if ("go" in answer) return redirect(reply, pageUrl(answer.go, form.waiting, ground, now));
	const waiting: WaitingRequest = { ...form.waiting, settled: { ...form.waiting.settled, ...answer } };
	return redirect(reply, answeredUrl(waiting, ground, now));
}

/** A person as pages show them. */
export function personView(session: SessionStanding): PersonView {
	const { username, claims } = session.person;
	const name = claims.name ?? username;
	const detail = claims.email ?? username;
	return { name, ...(detail === name ? {} : { detail }) };
}
