import type { AuthState } from "@gatehouse/sdk/spa";
import { settings } from "../settings.ts";
import { shownParameters } from "./shown.ts";
import { pickUp, putDown, record } from "./steps.ts";
import { watchLeaving } from "./watch-leaving.ts";
import { watchTheServer } from "./watch-the-server.ts";

/**
 * Sees what the page itself can see of signing in: the address it is left for, and the address it comes back to. Goes before
 * `auth.ready()`, which takes the answer off the address. An app needs none of this; it is here to be looked at.
 *
 * @returns what to tell when it is settled who is signed in
 */
export function watchTheWire(): (state: AuthState) => void {
	pickUp();
	window.addEventListener("pagehide", putDown);
	return settings.bff === undefined ? watchThePage() : watchTheServer(settings.bff);
}

function watchThePage(): (state: AuthState) => void {
	watchLeaving(({ origin, searchParams }) => {
		if (origin !== settings.issuer || searchParams.size === 0) return undefined;
		return { kind: searchParams.has("response_type") ? "authorize" : "end-session", to: "auth" };
	});
	const back = new URL(location.href);
	const answered = back.pathname === "/callback" && back.searchParams.has("state");
	if (answered) {
		record({
			kind: "answer",
			from: "auth",
			to: "the shop",
			line: `303 ${back.origin}${back.pathname}`,
			parameters: shownParameters(back.searchParams),
		});
	}
	return ({ status }) => {
		if (answered && status === "signed-in") recordExchange();
	};
}

/** The page cannot look into the worker that makes this request; that it was made, and answered, is known by who is signed in now. */
function recordExchange(): void {
	record({
		kind: "exchange",
		from: "the shop’s worker",
		to: "auth",
		line: "POST to the token endpoint",
		parameters: [
			["grant_type", "authorization_code"],
			["code", "not shown"],
			["redirect_uri", `${location.origin}/callback`],
			["client_id", settings.clientId],
			["code_verifier", "not shown"],
			["resource", settings.issuer],
		],
		outcome: "200",
	});
}
