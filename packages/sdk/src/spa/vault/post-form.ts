import { Refused } from "./refused.ts";
import type { World } from "./world.ts";

/** What the issuer says: a JSON object with status 200, or an error in the form of RFC 6749 §5.2. */
export interface Said {
	readonly ok: boolean;
	readonly body: Readonly<Record<string, unknown>>;
	/** Names the answer in the issuer's log. */
	readonly traceId: string | undefined;
	/** The issuer's time in milliseconds since 1970, if it told it. */
	readonly date: number;
}

export type Form = Readonly<Record<string, string | undefined>>;

/** Milliseconds. Short enough that a repeated refresh whose answer was lost is still within the ten seconds in which it is repaired. */
const patience = 8000;

/**
 * Posts a form without cookies. Throws `issuer_unreachable` when no answer comes back or a broken one, `temporarily_unavailable` when it
 * says to wait.
 */
export async function postForm(url: string, form: Form, world: World): Promise<Said> {
	const body = new URLSearchParams();
	for (const name in form) if (form[name] !== undefined) body.set(name, form[name]);
	const init: RequestInit = {
		method: "POST",
		body,
		credentials: "omit",
		redirect: "error",
		referrerPolicy: "no-referrer",
		cache: "no-store",
		signal: AbortSignal.timeout(patience),
	};
	const response = await world.fetch(url, init).catch(unreachable);
	// What is no JSON has no members; what breaks off on the way is no answer.
	const said = Object(await response.json().catch((error) => (error instanceof SyntaxError ? {} : unreachable(error))));
	const { status, headers } = response;
	const traceId = textOf(said["trace_id"]);
	if (status === 429 || status === 503)
		throw new Refused("temporarily_unavailable", `The issuer asks to wait (${status}).`, traceId, secondsIn(headers.get("retry-after")));
	if (status >= 500) throw new Refused("issuer_unreachable", `The issuer answered ${status}.`, traceId);
	return { ok: status === 200, body: said, traceId, date: Date.parse(headers.get("date") ?? "") };
}

/** RFC 9110 §10.2.3, in seconds, and no more than five minutes. */
function secondsIn(retryAfter: string | null): number {
	return Math.min(300, Math.max(0, Number(retryAfter) || 0));
}

function unreachable(error: unknown): never {
	throw new Refused("issuer_unreachable", `The issuer cannot be reached (${error}).`);
}

/** The text that this is, unless it is empty or none. */
export const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
