import { AuthError } from "../client/auth-error.ts";
import { statusOf, tell } from "./failure.ts";
import { formIn } from "./form.ts";
import type { Ground } from "./ground.ts";
import { readLogoutToken, refused } from "./logout-token.ts";
import { json } from "./page.ts";

/** `POST /auth/backchannel`: the issuer says that a session has ended, server to server (Back-Channel Logout §2.5, §2.8). */
export async function backChannel(request: Request, ground: Ground): Promise<Response> {
	const { sessions } = ground;
	try {
		const tokens = (await formIn(request))?.getAll("logout_token") ?? [];
		if (tokens.length !== 1) throw new AuthError("logout_token_refused", "There is not one logout token in the request.");
		const { named, jti, left } = await readLogoutToken(tokens[0]!, ground);
		// A store that fails in the middle must not use it up: it would be the only word of this sign-out.
		const first = await sessions.once(`logout ${jti}`, left, () => sessions.endWhere(named));
		if (!first) throw refused("It has come before.");
		return json(200, {});
	} catch (error) {
		if (!(error instanceof AuthError)) throw error;
		// What could not be judged may be sent again.
		if (error.code !== "logout_token_refused")
			return json(statusOf(error), { error: "temporarily_unavailable" }, [], { "retry-after": "10" });
		await tell(error, request, ground.settings);
		return json(400, { error: "invalid_request", error_description: error.message });
	}
}
