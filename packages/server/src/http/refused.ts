import { type ErrorCode, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyRequest } from "fastify";
import type { WaitingRequest } from "../model/index.ts";
import type { DoorGround } from "./door.ts";
import { pagesFor, queryWithoutLanguage } from "./language.ts";
import type { SpokenPages, Way } from "./pages/index.ts";
import { bodyOf, queryOf } from "./parse.ts";
import { restartUrl } from "./waiting.ts";

/** What can still be read of a request that came to nothing: in which language to say so, and what the person can do now. */
export interface Refused {
	readonly pages: SpokenPages;
	readonly way: Way | undefined;
}

/** A request that is over, but could be made once more. */
const startsAgain: ReadonlySet<ErrorCode> = new Set(["forbidden", "cookies_off"]);

/** A fault of ours, which may be gone in a moment. */
const passes: ReadonlySet<ErrorCode> = new Set(["server_error", "temporarily_unavailable"]);

/** Reads a refused request, however broken it is. */
export function readRefused(code: ErrorCode, request: FastifyRequest, ground: DoorGround): Refused {
	const query = readable(queryOf(request));
	const form = readable(bodyOf(request));
	const read = (name: string) => query?.values.get(name) ?? form?.values.get(name);
	const sealed = waitingIn(read("continue"), ground);
	const uiLocales = read("ui_locales") ?? (sealed && readable(sealed.parameters)?.values.get("ui_locales"));
	// Only a GET that is made again is the same request.
	const here = request.method === "GET" ? queryWithoutLanguage(request) : undefined;
	return { pages: pagesFor(request, uiLocales, ground, here), way: wayOut(code, here, sealed, ground) };
}

function wayOut(code: ErrorCode, here: string | undefined, sealed: Waiting | undefined, ground: DoorGround): Way | undefined {
	if (code === "not_found") return { to: "account", url: "/account" };
	if (passes.has(code) && here !== undefined) return { to: "again", url: `?${here}` };
	if (sealed === undefined || sealed.path === "/end-session" || !(startsAgain.has(code) || passes.has(code))) return undefined;
	return { to: "again", url: restartUrl(sealed, false, ground, ground.now()) };
}

interface Waiting extends Pick<WaitingRequest, "leadsTo" | "parameters"> {
	readonly path?: string;
}

function waitingIn(sealed: string | undefined, ground: DoorGround): Waiting | undefined {
	if (sealed === undefined) return undefined;
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
