import type { Found } from "../sessions/sessions.ts";
import type { EndReason } from "../sessions/store.ts";
import { cookiesOf } from "../web/cookies.ts";
import { addressesOf } from "./addresses.ts";
import type { Ground } from "./ground.ts";
import { outcomeOf } from "./outcome.ts";
import { answerJson } from "./refusal.ts";

/** Why a session has ended, as the front end's state has it. */
const reasons: Readonly<
	Record<EndReason, { readonly reason: string; readonly error?: { readonly code: string; readonly message: string } }>
> = {
	signed_out: { reason: "signed_out" },
	signed_out_elsewhere: { reason: "signed_out" },
	grant_ended: { reason: "expired", error: { code: "session_expired", message: "The issuer has ended the session." } },
	expired: { reason: "expired", error: { code: "session_expired", message: "The session has ended by its time." } },
};

/**
 * `GET /auth/session`: who is signed in, by the allow-list of `Session`, and by which paths the APIs are reached; or nobody, and why. It is the
 * same session that calls are made with, so the two never disagree (rule 5).
 */
export async function whoIsHere(request: Request, ground: Ground): Promise<Response> {
	const found = await ground.sessions.read(cookiesOf(request).get(ground.cookies.session));
	const outcome = outcomeOf(request, ground);
	const said = found.session ? { session: found.session, paths: addressesOf(ground.routes) } : { ...whyNot(found), ...outcome?.said };
	return answerJson(said, 200, outcome && { "set-cookie": outcome.forget });
}

const whyNot = ({ ended }: Found & { readonly session?: undefined }) => (ended === undefined ? {} : reasons[ended]);
