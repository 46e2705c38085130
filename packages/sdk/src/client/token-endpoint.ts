import { AuthError, type AuthErrorCode } from "./auth-error.ts";
import type { Claimant, ClientAuthMethod } from "./client-auth/client-auth.ts";
import type { Quiet } from "./quiet.ts";
import { objectIn, request } from "./request.ts";
import type { World } from "./world.ts";

type Form = Readonly<Record<string, string | undefined>>;

/** A token response (RFC 6749 §5.1), with at least an access token in it. */
export interface Granted {
	readonly body: Readonly<Record<string, unknown>> & { readonly access_token: string };
	/** The issuer's time in milliseconds since 1970; `NaN` when it did not tell it. */
	readonly date: number;
}

export interface TokenEndpoint {
	/**
	 * Asks for tokens. A refusal is an `AuthError`; `invalid_grant`, which means something else at each grant, is `session_expired`.
	 *
	 * @param again whether the same request may be sent once more when its answer was lost
	 */
	readonly ask: (url: string, form: Form, again: "once" | "repeatable") => Promise<Granted>;
	/** Gives a token back (RFC 7009). */
	readonly giveBack: (url: string, form: Form) => Promise<void>;
}

/** Milliseconds before each further try of a request whose answer was lost; altogether well within the window in which that is repaired. */
const pauses = [0, 500];

/** What the refusals of RFC 6749 §5.2 and RFC 8707 §2 are called here. */
const wireCodes: ReadonlySet<string> = new Set<AuthErrorCode>([
	"invalid_request",
	"invalid_client",
	"unauthorized_client",
	"invalid_scope",
	"invalid_target",
]);

export function createTokenEndpoint(claimant: Claimant, method: ClientAuthMethod, quiet: Quiet, world: World): TokenEndpoint {
	async function post(url: string, form: Form) {
		const body = new URLSearchParams();
		for (const [name, value] of Object.entries(form)) if (value !== undefined) body.set(name, value);
		const headers = new Headers({ accept: "application/json", "content-type": "application/x-www-form-urlencoded" });
		await method.prove({ headers, form: body }, claimant, world);
		// As text: a platform without a body type for URLSearchParams would send it as something else.
		return request(url, { method: "POST", headers, body: body.toString() }, world);
	}

	async function patiently(url: string, form: Form, again: "once" | "repeatable") {
		for (let tries = 0; ; tries++) {
			await quiet.end();
			try {
				return await post(url, form);
			} catch (error) {
				if (!(error instanceof AuthError) || !error.retryable) throw error;
				quiet.heed(error);
				const pause = pauses[tries];
				if (again === "once" || pause === undefined || (error.code === "temporarily_unavailable" && !error.retryAfter)) throw error;
				await world.sleep(pause);
			}
		}
	}

	return {
		async ask(url, form, again) {
			const { status, text, date } = await patiently(url, form, again);
			const body = objectIn(text);
			const type = body?.["token_type"];
			// RFC 6749 §7.1: a token that is bound to a key is not to be used without it.
			if (status === 200 && type !== undefined && !/^bearer$/i.test(String(type)))
				throw new AuthError(
					"invalid_request",
					"The issuer gave a token that is not a bearer token: is the client registered for bound tokens?",
				);
			if (status === 200 && typeof body?.["access_token"] === "string" && body["access_token"] !== "")
				return { body: body as Granted["body"], date };
			throw refusal(status, body, `${form["grant_type"]} for ${form["scope"] ?? "all scopes"} of ${form["resource"]}`);
		},
		async giveBack(url, form) {
			const { status, text } = await patiently(url, form, "repeatable");
			if (status !== 200) throw refusal(status, objectIn(text), "the revocation");
		},
	};
}

/** A page of some proxy on the way, or of the network's own sign-in, says nothing about the grant. */
function refusal(status: number, body: Readonly<Record<string, unknown>> | undefined, what: string): AuthError {
	const { error, error_description: description, trace_id: told } = body ?? {};
	if (typeof error !== "string") return new AuthError("issuer_unreachable", `What answered (${status}) is no token endpoint.`);
	const traceId = typeof told === "string" ? told : undefined;
	if (error === "invalid_grant") return new AuthError("session_expired", "The issuer knows this grant no longer.", { traceId });
	const code = wireCodes.has(error) ? (error as AuthErrorCode) : "invalid_request";
	const sentence = typeof description === "string" && description !== "" ? description.replace(/\.$/, "") : error;
	return new AuthError(code, `The issuer refused ${what}: ${sentence}.`, { traceId });
}
