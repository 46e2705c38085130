import { AuthError } from "./auth-error.ts";
import type { World } from "./world.ts";

/** What the issuer answered, whole. */
export interface Answered {
	readonly status: number;
	readonly text: string;
	/** The issuer's time in milliseconds since 1970; `NaN` when it did not tell it. */
	readonly date: number;
}

/** Milliseconds that one request to the issuer may take, answer and all. */
const patience = 8_000;
const maxLength = 64 * 1024;

/**
 * One request to the issuer, without cookies, without following redirects. `issuer_unreachable` when no answer comes back or a broken one,
 * `temporarily_unavailable` when it says to wait.
 */
export async function request(url: string, init: RequestInit, world: World): Promise<Answered> {
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(new Error(`no answer within ${patience / 1000} seconds`)), patience);
	try {
		const response = await world.fetch(url, { ...init, redirect: "error", credentials: "omit", cache: "no-store", signal: abort.signal });
		// Some platforms follow all the same; where an answer comes from is part of what it says.
		if (response.redirected) throw new Error("it was answered by a redirect, which is not followed");
		const text = await textOf(response);
		const { status, headers } = response;
		const traceId = traceIdIn(headers, text);
		if (status === 429 || status === 503) {
			const retryAfter = secondsIn(headers.get("retry-after") ?? "", headers.get("date") ?? "");
			throw new AuthError("temporarily_unavailable", `The issuer asks to wait (${status}).`, { traceId, retryAfter });
		}
		if (status >= 500) throw new AuthError("issuer_unreachable", `The issuer answered ${status}.`, { traceId });
		return { status, text, date: Date.parse(headers.get("date") ?? "") };
	} catch (error) {
		if (error instanceof AuthError) throw error;
		throw new AuthError("issuer_unreachable", `${new URL(url).origin} cannot be reached (${reasonOf(error)}).`, { cause: error });
	} finally {
		clearTimeout(timer);
	}
}

/** Not more than is read can be held: an answer without end stops here. Platforms that do not stream have it whole already. */
async function textOf(response: Response): Promise<string> {
	if (!response.body) return response.text();
	const decoder = new TextDecoder();
	let text = "";
	for (const reader = response.body.getReader(); ; ) {
		const { done, value } = await reader.read();
		if (done) return text + decoder.decode();
		text += decoder.decode(value, { stream: true });
		if (text.length > maxLength) {
			await reader.cancel();
			throw new Error("its answer is longer than 64 KB");
		}
	}
}

/** RFC 9110 §10.2.3, in seconds, and no more than five minutes. A date is compared with the issuer's own clock, and says nothing without it. */
function secondsIn(retryAfter: string, date: string): number {
	const seconds = Number.isNaN(Number(retryAfter)) ? (Date.parse(retryAfter) - Date.parse(date)) / 1000 : Number(retryAfter);
	return Math.min(300, Math.max(0, Math.ceil(seconds) || 0));
}

function traceIdIn(headers: Headers, text: string): string | undefined {
	const told = headers.get("x-trace-id") ?? objectIn(text)?.["trace_id"];
	return typeof told === "string" && /^[\w-]{1,64}$/.test(told) ? told : undefined;
}

/** The platform's fetch says only "fetch failed"; why lies in the cause. */
function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return "unknown reason";
	const reason = error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
	// What OpenSSL says of an answer in plain text, which everybody meets who writes https for http.
	return reason.includes("wrong version") ? "no TLS there: is it http?" : reason;
}

/** The members of what is a JSON object; of anything else nothing. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}
