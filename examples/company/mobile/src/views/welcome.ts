import type { AuthState } from "@gatehouse/sdk/mobile/capacitor";
import { auth } from "../auth.ts";
import { element } from "../element.ts";

/** Why somebody stands here who was inside before. */
const sentences = {
	signed_out: "You have signed out, here and at Larkfield.",
	expired: "Your session has ended. Please sign in again.",
	access_denied: "You did not allow it. Nothing has happened.",
	storage_lost: "This phone can no longer read your session, perhaps because its lock has changed. Please sign in again.",
	failed: "The sign-in did not work. Please try again.",
} as const;

/** The way in. */
export function welcome(state: AuthState): HTMLElement {
	const message = element("p", { class: "message", role: "status" }, "reason" in state && state.reason ? sentences[state.reason] : "");
	const button = element("button", { id: "sign-in", type: "button", class: "wide", onclick: signIn }, "Sign in");

	async function signIn(): Promise<void> {
		message.textContent = "Waiting for your browser …";
		const result = await auth.signIn();
		if (result.status === "cancelled") message.textContent = "You closed the browser before you were signed in.";
		if (result.status === "failed" && result.error.retryable) message.textContent = "Larkfield cannot be reached. Are you online?";
		else if (result.status === "failed") message.textContent = sentences.failed;
	}

	return element(
		"main",
		{ class: "welcome" },
		element("div", { class: "mark", "aria-hidden": "true" }, "L"),
		element("h1", {}, "Larkfield"),
		element("p", { class: "quiet" }, "Customers and orders, wherever you are."),
		message,
		button,
		element("p", { class: "small quiet" }, "Your browser opens to sign you in. This app never sees your password."),
	);
}
