import type { AuthError, AuthErrorCode } from "../auth-error.ts";
import type { Core } from "./bff-auth.ts";

/** Milliseconds. Time enough for a back end that asks its store and its issuer. */
const patience = 20_000;

/** Calls to the back end. */
export interface Asking {
	/** `fetch` with the header by which the back end knows its own pages' calls from those that another site has caused. */
	readonly markedFetch: (to: string | Request, init?: RequestInit) => Promise<Response>;
	/**
	 * Asks one of the back end's own addresses. Rejects with an `AuthError`: what the back end refuses, or `issuer_unreachable` where no
	 * answer of one comes.
	 */
	readonly ask: <T>(url: string, init?: RequestInit) => Promise<T>;
	/** What the back end itself says is wrong; nothing where it passes on what an API says. */
	readonly refusalIn: (response: Response) => Promise<AuthError | undefined>;
	readonly unreachable: (cause: unknown) => AuthError;
}

export function createAsking(AuthError: Core[0]): Asking {
	const unreachable = (cause: unknown) => new AuthError("issuer_unreachable", `The back end cannot be reached (${cause}).`, { cause });

	function markedFetch(to: string | Request, init: RequestInit = {}): Promise<Response> {
		const headers = new Headers(init.headers ?? (typeof to === "string" ? undefined : to.headers));
		headers.set("x-csrf", "1");
		return fetch(to, { ...init, headers, credentials: "same-origin" });
	}

	async function refusalIn(response: Response): Promise<AuthError | undefined> {
		const code = response.headers.get("gatehouse-error");
		if (code === null) return undefined;
		const { error_description: message, trace_id: traceId } = Object(await response.json().catch(() => undefined));
		return new AuthError(code as AuthErrorCode, String(message ?? code), { traceId });
	}

	async function ask<T>(url: string, init: RequestInit = {}): Promise<T> {
		try {
			const signal = AbortSignal.timeout(patience);
			const response = await markedFetch(url, { cache: "no-store", redirect: "error", signal, ...init });
			const refusal = await refusalIn(response);
			if (refusal) throw refusal;
			// A page of some proxy on the way, or the app's own page where no back end stands.
			if (response.status === 404) throw `404 from ${url}: is bff.express() in the server, and is this its basePath?`;
			if (!response.ok) throw response.status;
			return Object(await response.json());
		} catch (error) {
			throw error instanceof AuthError ? error : unreachable(error);
		}
	}

	return { markedFetch, ask, refusalIn, unreachable };
}
