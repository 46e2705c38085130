import type { AuthState } from "@gatehouse/sdk/spa";
import { record } from "./steps.ts";
import { watchLeaving } from "./watch-leaving.ts";

/** What the SDK sends to the back end with every call, and what of it a script of this page could read. */
export const sentAlong = () =>
	[
		["Cookie", "not visible here: HttpOnly"],
		["document.cookie", document.cookie === "" ? "empty" : document.cookie],
		["X-CSRF", "1"],
	] as const;

/**
 * What there is to see where a back end signs in: that the page is left for it, and what it says of who is here. The sign-in itself is between
 * the browser, the back end and auth.
 *
 * @returns what to tell when it is settled who is signed in
 */
export function watchTheServer(bff: string): (state: AuthState) => void {
	watchLeaving(({ origin, pathname }) => {
		if (origin !== location.origin) return undefined;
		if (pathname === `${bff}/sign-in`) return { kind: "begin", to: "its server" };
		return pathname === `${bff}/signed-out` ? { kind: "leave", to: "its server" } : undefined;
	});
	return ({ status, session, error }) => {
		record({
			kind: "session",
			from: "the shop",
			to: "its server",
			line: `GET ${location.origin}${bff}/session`,
			parameters: [...sentAlong(), ["answer", session ? Object.keys(session).join(", ") : "nobody"]],
			outcome: status === "unreachable" ? (error?.code ?? "no answer") : "200",
		});
	};
}
