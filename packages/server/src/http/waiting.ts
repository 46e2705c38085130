import { OAuthError, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { currentSession } from "../login/current-session.ts";
import { type Interaction, isWithin, type SessionStanding, type WaitingRequest } from "../model/index.ts";
import { cookieAges, cookieNames, cookieValues, setCookie } from "./cookies.ts";
import type { DoorGround } from "./door.ts";
import { withLanguage } from "./language.ts";

/** A request longer than this is an error anyway, and would not fit into a URL when sealed (D7). */
export const maxSealed = 8_192;
/** A request may wait this long for its page, in milliseconds. */
const pageLifetime = 3_600_000;
/** What was settled may wait this long for its one hop back, in milliseconds. */
const answerLifetime = 120_000;
const markLength = 22;

/** What a request shows of its browser. */
export interface Browser {
	/** The mark of the cookie; undefined for a browser that came without. */
	readonly mark: string | undefined;
	readonly session: SessionStanding | undefined;
}

/** Reads the browser of a request: its mark, and its live session. */
export async function browserOf(request: FastifyRequest, ground: DoorGround, now: number): Promise<Browser> {
	const header = request.headers.cookie;
	const mark = cookieValues(header, cookieNames.browser).find((value) => value.length === markLength && /^[\w-]+$/.test(value));
	return { mark, session: await currentSession(cookieValues(header, cookieNames.session), ground.login, now) };
}

/** Gives a browser that came by GET without a mark its mark; a POST from another site always comes without, and gets none. */
export function markBrowser(reply: FastifyReply, browser: Browser, ground: DoorGround): string {
	if (browser.mark !== undefined) return browser.mark;
	const mark = Buffer.from(ground.random(16)).toString("base64url");
	addCookie(reply, setCookie(cookieNames.browser, mark, cookieAges.browser));
	return mark;
}

/** Adds a `Set-Cookie` beside those that are set already. */
export function addCookie(reply: FastifyReply, cookie: string): void {
	reply.header("set-cookie", cookie);
}

/** Where a request waits for its page, sealed at that time. */
export function pageUrl(page: Interaction, waiting: WaitingRequest, ground: DoorGround, sealedAt: number): string {
	return `/${page}?continue=${ground.seals.seal("request", waiting, sealedAt)}`;
}

/** The hop onward with what was settled. A page of our own needs no word of it: it asks the session. */
export function answeredUrl(waiting: WaitingRequest, ground: DoorGround, now: number): string {
	if (waiting.leadsTo !== undefined) return ownPageUrl(waiting.leadsTo, waiting.parameters);
	return `/authorize?continue=${ground.seals.seal("answered", waiting, now)}`;
}

/** A page of our own, with the parameters of a request that led to it. */
export function ownPageUrl(page: NonNullable<WaitingRequest["leadsTo"]>, parameters: string): string {
	return parameters === "" ? page : `${page}?${parameters}`;
}

/** A request of which nothing is settled and which is bound to nobody: it starts again where it leads. */
export function restartUrl(
	{ leadsTo, parameters, signed }: Pick<WaitingRequest, "leadsTo" | "parameters" | "signed">,
	restarted: boolean,
	ground: DoorGround,
	now: number,
	stale = false,
): string {
	const why = { ...(restarted ? { restarted } : {}), ...(stale ? { stale } : {}) };
	const bare: WaitingRequest = { ...(leadsTo && { leadsTo }), parameters, ...(signed && { signed }), settled: {}, ...why };
	return `${leadsTo ?? "/authorize"}?continue=${ground.seals.seal("request", bare, now)}`;
}

/** What comes back to `/authorize`: a list of parameters, and what of it is settled for this very browser and session. */
export interface Resumed {
	readonly parameters: Parameters;
	readonly settled: WaitingRequest["settled"];
	readonly restarted: boolean;
	readonly signed?: boolean;
	readonly stale?: boolean;
}

/**
 * Opens the `continue` of `/authorize`. Whatever is no genuine seal is undefined; a genuine one that is too old, or was
 * answered for another browser or session, is still a genuine list of parameters: only what was settled is dropped.
 */
export function resume(text: string, browser: Browser, ground: DoorGround, now: number): Resumed | undefined {
	const post = ground.seals.open("post", text, now);
	if (post?.value.path === "/authorize") return { parameters: parseParameters(post.value.parameters), settled: {}, restarted: false };
	const answered = ground.seals.open("answered", text, now);
	const opened = answered ?? ground.seals.open("request", text, now);
	if (!opened || opened.value.leadsTo !== undefined) return undefined;
	const { parameters, signed, settled, restarted, stale } = opened.value;
	const bound =
		answered !== undefined &&
		isWithin(answerLifetime, answered.sealedAt, now) &&
		answered.value.browser === browser.mark &&
		answered.value.sessionId === browser.session?.session.id;
	const why = { restarted: restarted === true, signed: signed === true, stale: answered === undefined && stale === true };
	return { parameters: parseParameters(parameters), settled: bound ? settled : {}, ...why };
}

/** What a page or form of ours finds when it opens its sealed request. */
export type Opened =
	| { readonly kind: "open"; readonly waiting: WaitingRequest; readonly parameters: Parameters; readonly sealedAt: number }
	/** Genuine, but unbound, foreign or too old: start it again at this address; or it goes on there in another language. */
	| { readonly kind: "restart"; readonly to: string };

/**
 * Opens the request that waits for a page. It must be bound to this browser and to the session of its cookie; otherwise
 * it is started again, once: a browser that has lost its mark again by then keeps no cookies.
 *
 * @param asked `lang`: the language it wants from now on; `signingIn`: what was typed is lost if it starts again, and is to be said so
 * @throws OAuthError `invalid_request` when it is no seal of ours, `cookies_off` when the browser keeps no cookies.
 */
export function openWaiting(
	text: string | undefined,
	browser: Browser,
	ground: DoorGround,
	now: number,
	{ lang, signingIn }: { readonly lang?: string | undefined; readonly signingIn?: boolean } = {},
): Opened {
	const opened = text === undefined ? undefined : ground.seals.open("request", text, now);
	if (!opened) throw new OAuthError("invalid_request", "this page belongs to a sign-in that is not known here: start again from the app");
	const { value, sealedAt } = opened;
	const waiting = lang === undefined ? value : { ...value, parameters: inLanguage(value.parameters, lang) };
	const ours = waiting.browser !== undefined && waiting.browser === browser.mark;
	if (!ours && waiting.restarted)
		throw new OAuthError("cookies_off", "this browser keeps no cookies for this site: allow them and start again from the app");
	if (!ours || !isWithin(pageLifetime, sealedAt, now) || waiting.sessionId !== browser.session?.session.id)
		return { kind: "restart", to: restartUrl(waiting, !ours, ground, now, signingIn) };
	return { kind: "open", waiting, parameters: parseParameters(waiting.parameters), sealedAt };
}

/**
 * Opens the request that a page's address names, as {@link openWaiting} does. A link of the page's own footer names a language
 * beside it: the request wants that one from then on, sealed for the same browser and as old as it was, and the page is shown again.
 */
export function openPage(page: Interaction, asked: Parameters, browser: Browser, ground: DoorGround, now: number): Opened {
	const lang = ground.pages.languages.find((each) => each === asked.values.get("ui_locales"));
	const opened = openWaiting(asked.values.get("continue"), browser, ground, now, { lang });
	if (lang === undefined || opened.kind === "restart") return opened;
	return { kind: "restart", to: pageUrl(page, opened.waiting, ground, opened.sealedAt) };
}

function inLanguage(parameters: string, lang: string): string {
	const changed = withLanguage(parameters, lang);
	return changed.length > maxSealed ? parameters : changed;
}
