import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { cookieOptions, readCookie } from "./cookies.ts";
import { type Html, html } from "./html.ts";
import { type Frame, notice, send } from "./page.ts";
import { pageHeaders } from "./page-headers.ts";
import { PermissionDenied, PermissionOver, type RelyingParty } from "./relying-party.ts";
import { newSecret, type Session, Sessions } from "./sessions.ts";

const sessionCookie = "__Host-session";
const browserCookie = "__Host-browser";

export interface WebApp {
	readonly app: Express;
	/** Who is signed in. */
	session(request: Request): Session | undefined;
	/** Refuses a form that this session's own page did not make. Goes before every route that changes something. */
	readonly ownForm: (request: Request, response: Response, next: NextFunction) => void;
	/** Ends the session here. */
	endSession(request: Request, response: Response): Session | undefined;
	/** Goes after all routes: what went wrong becomes a page. */
	catchErrors(): void;
}

/** What every web app has: headers, the way in and back, and forms that only its own pages can send. */
export function createWebApp(relyingParty: RelyingParty, frame: Frame): WebApp {
	const sessions = new Sessions();
	const app = express().disable("x-powered-by").disable("etag");
	const session = (request: Request) => sessions.find(readCookie(request, sessionCookie));

	app.use((request, response, next) => {
		response.set(pageHeaders);
		response.on("finish", () => console.log(`${request.method} ${request.path} ${response.statusCode}`));
		next();
	});
	app.get("/style.css", (_request, response) => response.sendFile("style.css", { root: import.meta.dirname }));

	app.get("/sign-in", async (request, response) => {
		const browser = readCookie(request, browserCookie) ?? newSecret();
		response.cookie(browserCookie, browser, cookieOptions);
		response.redirect(303, (await relyingParty.begin(browser)).href);
	});

	app.get("/callback", async (request, response) => {
		const query = new URL(request.originalUrl, relyingParty.origin).search;
		const begun = await relyingParty.finish(query, readCookie(request, browserCookie));
		if (begun) {
			sessions.end(readCookie(request, sessionCookie));
			response.cookie(sessionCookie, sessions.begin(begun), cookieOptions);
		} else if (!session(request)) {
			send(response, notice(frame, "This sign-in is over", "It was begun too long ago, or in another browser.", signIn), 400);
			return;
		}
		response.redirect(303, "/");
	});

	function ownForm(request: Request, response: Response, next: NextFunction): void {
		const site = request.get("sec-fetch-site") ?? "same-origin";
		const expected = session(request)?.formToken;
		const { form_token: sent } = (request.body ?? {}) as Record<string, unknown>;
		if (site === "same-origin" && expected !== undefined && sent === expected) next();
		else
			send(response, notice(frame, "That form is out of date", "Nothing was done. You may have signed out in the meantime.", toStart), 403);
	}

	function endSession(request: Request, response: Response): Session | undefined {
		const ended = session(request);
		sessions.end(readCookie(request, sessionCookie));
		response.clearCookie(sessionCookie, cookieOptions);
		return ended;
	}

	function catchErrors(): void {
		app.use((_request, response) =>
			send(response, notice(frame, "There is no such page", "Perhaps the address has a slip.", toStart), 404),
		);
		app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
			if (error instanceof PermissionOver) {
				endSession(request, response);
				send(
					response,
					notice(frame, "You are signed out", "Your sign-in has ended elsewhere, or the permission was taken back.", signIn),
					401,
				);
				return;
			}
			if (error instanceof PermissionDenied) {
				console.log(`${request.method} ${request.path}: ${error.message}`);
				send(
					response,
					notice(frame, "Permission was not given", `That is fine: ${frame.name} was given nothing. You can change your mind.`, tryAgain),
					403,
				);
				return;
			}
			console.error(error instanceof Error ? `${request.method} ${request.path}: ${error.message}` : error);
			send(response, notice(frame, "That did not work", "The sign-in service did not answer as expected.", tryAgain), 502);
		});
	}

	return { app, session, ownForm, endSession, catchErrors };
}

const signIn: Html = html`<a class="button" id="sign-in" href="/sign-in">Sign in</a>`;
const tryAgain: Html = html`<a class="button" id="sign-in" href="/sign-in">Try again</a>`;
const toStart: Html = html`<a class="button" href="/">To the start page</a>`;
