import type { AuthError, AuthErrorCode } from "../client/auth-error.ts";
import { cookiesOf } from "../web/cookies.ts";
import type { Ground } from "./ground.ts";

/** Why a sign-in came to nothing, as the front end's state has it. */
const outcomes = {
	access_denied: { reason: "access_denied", message: "The sign-in was declined." },
	step_up_failed: { reason: "failed", message: "The issuer cannot offer the kind of sign-in that was asked for." },
} as const satisfies Partial<Record<AuthErrorCode, { readonly reason: string; readonly message: string }>>;

type Outcome = keyof typeof outcomes;

const isOutcome = (code: string | undefined): code is Outcome => code !== undefined && Object.hasOwn(outcomes, code);
const nameOf = ({ cookies }: Ground) => cookies.session.replace("session-", "outcome-");

/** `Set-Cookie` of a word from a closed list, until the page has asked for it; nothing for what a page is shown of. Seconds: a minute. */
export function outcomeCookie({ code }: AuthError, ground: Ground): string | undefined {
	return isOutcome(code) ? `${nameOf(ground)}=${code}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=60` : undefined;
}

/** What the browser was told of its last sign-in, and the `Set-Cookie` that forgets it. */
export function outcomeOf(request: Request, ground: Ground) {
	const code = cookiesOf(request).get(nameOf(ground));
	if (!isOutcome(code)) return undefined;
	const { reason, message } = outcomes[code];
	return { said: { reason, error: { code, message } }, forget: `${nameOf(ground)}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0` };
}
