import type { FastifyReply, FastifyRequest } from "fastify";
import type { GuessOrigin } from "../login/guesses.ts";
import type { Person, Session } from "../model/index.ts";
import { cookieAges, cookieNames, cookieValues, setCookie } from "./cookies.ts";
import type { DoorGround } from "./door.ts";
import { clientAddress, networkOf, seenFrom } from "./network.ts";
import { knownError } from "./render.ts";
import { addCookie } from "./waiting.ts";

/* What the doors at which a password is typed have in common. */

/** Of a longer list of device cookies no more is looked at. */
const mostDevices = 3;

/** Where a guess comes from. */
export function guessOrigin(request: FastifyRequest, ground: DoorGround): GuessOrigin {
	const address = clientAddress(request, ground.trustedProxies);
	return {
		deviceCookies: cookieValues(request.headers.cookie, cookieNames.device).slice(0, mostDevices),
		network: networkOf(address),
		seenFrom: seenFrom(address),
		userAgent: request.headers["user-agent"],
		traceId: request.id,
	};
}

/** Says when to come back, where too many passwords wait; any other error is thrown on. */
export function busy(error: unknown, reply: FastifyReply): void {
	const known = knownError(error, "page");
	if (known.code !== "temporarily_unavailable") throw error;
	reply.header("retry-after", String(known.retryAfter ?? 2));
}

/** Gives the browser the session's new secret, and the mark of a device that the person is known on. */
export function giveCookies(
	reply: FastifyReply,
	cookie: string,
	session: Pick<Session, "expiresAt">,
	person: Pick<Person, "id" | "passwordVersion">,
	ground: DoorGround,
	now: number,
): void {
	addCookie(reply, setCookie(cookieNames.session, cookie, Math.ceil((session.expiresAt - now) / 1000)));
	addCookie(reply, setCookie(cookieNames.device, ground.macs.device(person.id, person.passwordVersion, now), cookieAges.device));
}
