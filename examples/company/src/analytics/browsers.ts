import { createHash, randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { cookieOptions, readCookie } from "../web/cookies.ts";
import type { Attempt, Connection } from "./larkfield.ts";

/** What is known of one browser. */
export interface Browser {
	/** Sign-ins under way, each under its own `state`, so that two tabs do not take each other's place. */
	readonly attempts: Map<string, Attempt>;
	readonly connection: Connection | undefined;
	lastSeen: number;
}

const cookie = "__Host-browser";
const idle = 8 * 60 * 60 * 1000;
const mostBrowsers = 10_000;
const mostAttempts = 5;

/** In memory: enough for one process. They are found by a hash of their cookie, so that a look into memory yields no cookie. */
const browsers = new Map<string, Browser>();

export function browserOf(request: Request): Browser | undefined {
	const secret = readCookie(request, cookie);
	const browser = secret === undefined ? undefined : browsers.get(hash(secret));
	if (!browser || Date.now() - browser.lastSeen > idle) return undefined;
	browser.lastSeen = Date.now();
	return browser;
}

/** Remembers an attempt for the browser that made it: another one that brings the answer is not believed (RFC 9700 §4.7). */
export function remember(request: Request, response: Response, attempt: Attempt): void {
	const { attempts } = browserOf(request) ?? begin(response, undefined);
	const oldest = attempts.keys().next();
	if (attempts.size >= mostAttempts && !oldest.done) attempts.delete(oldest.value);
	attempts.set(attempt.state, attempt);
}

/** The attempt with this `state`, once. */
export function take(request: Request, state: string): Attempt | undefined {
	const attempts = browserOf(request)?.attempts;
	const attempt = attempts?.get(state);
	attempts?.delete(state);
	return attempt;
}

/** From now on this browser has that connection, or none, and another secret: whoever knew the former one knows nothing. */
export function change(request: Request, response: Response, connection: Connection | undefined): void {
	const former = readCookie(request, cookie);
	if (former !== undefined) browsers.delete(hash(former));
	begin(response, connection);
}

function begin(response: Response, connection: Connection | undefined): Browser {
	const oldest = browsers.keys().next();
	if (browsers.size >= mostBrowsers && !oldest.done) browsers.delete(oldest.value);
	const secret = randomBytes(32).toString("base64url");
	const browser = { attempts: new Map<string, Attempt>(), connection, lastSeen: Date.now() };
	browsers.set(hash(secret), browser);
	response.cookie(cookie, secret, cookieOptions);
	return browser;
}

function hash(secret: string): string {
	return createHash("sha256").update(secret).digest("base64url");
}
