import { type ErrorCode, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyRequest } from "fastify";
import type { WaitingRequest } from "../model/index.ts";
import type { DoorGround } from "./door.ts";
import { pagesFor } from "./language.ts";
import type { SpokenPages, Way } from "./pages/index.ts";
import { bodyOf, queryOf } from "./parse.ts";
import { maxSealed, restartUrl } from "./waiting.ts";

/** What can still be read of a request that came to nothing: in which language to say so, and what the person can do now. */
export interface Refused {
	readonly pages: SpokenPages;
	readonly way: Way | undefined;
}

/** A request that is over, but could be made once more. */
const startsAgain: ReadonlySet<ErrorCode> = new Set(["forbidden", "cookies_off"]);

/** A fault of ours, which may be gone in a moment. */
const passes: ReadonlySet<ErrorCode> = new Set(["server_error", "temporarily_unavailable"]);

/** Reads a refused request, however broken it is. Nothing of what was sent is said again on the page but in a seal of ours (AZ-01). */
export function readRefused(code: ErrorCode, request: FastifyRequest, ground: DoorGround): Refused {
	const query = readable(queryOf(request));
	const form = readable(bodyOf(request));
	const read = (name: string) => query?.values.get(name) ?? form?.values.get(name);
	const sealed = read("continue");
	const waiting = sealed === undefined ? undefined : waitingIn(sealed, ground);
	const uiLocales = read("ui_locales") ?? (waiting && readable(waiting.parameters)?.values.get("ui_locales"));
	const again = passes.has(code) ? sameOnceMore(request, ground) : undefined;
	const same = again ?? (waiting && startsAgain.has(code) ? `continue=${sealed}` : "");
	// Only a GET can be made again by a link; `/authorize` answers both methods alike (AZ-09).
	const here = request.method === "GET" || request.url.split("?", 1)[0] === "/authorize" ? same : undefined;
	// A form of the account page is filled in anew where it came from.
	const way = request.url.startsWith("/account/") ? { to: "account" as const, url: "/account" } : wayOut(code, again, waiting, ground);
	return { pages: pagesFor(request, uiLocales, ground, here), way };
}

function wayOut(code: ErrorCode, again: string | undefined, waiting: Waiting | undefined, ground: DoorGround): Way | undefined {
	if (code === "not_found") return { to: "account", url: "/account" };
	if (again !== undefined) return { to: "again", url: `?${again}` };
	if (waiting === undefined || waiting.path === "/end-session" || !(startsAgain.has(code) || passes.has(code))) return undefined;
	return { to: "again", url: restartUrl(waiting, false, ground, ground.now()) };
}

/** The query with which the same GET is made again, at an address that takes its parameters sealed. */
function sameOnceMore(request: FastifyRequest, ground: DoorGround): string | undefined {
	const [path] = request.url.split("?", 1);
	// All of it: a query may hold a question mark, as a redirect URI in it does (RFC 3986 §3.4).
	const parameters = queryOf(request);
	if (request.method !== "GET" || parameters.length > maxSealed) return undefined;
	if (path !== "/authorize" && path !== "/end-session") return parameters === "" ? "" : undefined;
	const sealed = readable(parameters)?.values.get("continue");
	if (sealed !== undefined) return waitingIn(sealed, ground) && `continue=${sealed}`;
	return `continue=${ground.seals.seal("post", { path, parameters }, ground.now())}`;
}

interface Waiting extends Pick<WaitingRequest, "leadsTo" | "parameters" | "signed"> {
	readonly path?: string;
}

function waitingIn(sealed: string, ground: DoorGround): Waiting | undefined {
	const now = ground.now();
	const request = ground.seals.open("request", sealed, now) ?? ground.seals.open("answered", sealed, now);
	return request ? request.value : ground.seals.open("post", sealed, now)?.value;
}

function readable(text: string): Parameters | undefined {
	try {
		return parseParameters(text);
	} catch {
		return undefined;
	}
}
