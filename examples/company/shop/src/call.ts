import { AuthError } from "@gatehouse/sdk/spa";
import { auth } from "./auth.ts";
import { settings, signInService } from "./settings.ts";
import { recordCall } from "./wire/record-call.ts";

/** What an API said: its answer, or in words for people why there is none. */
export type Called<Answer> = { readonly answer: Answer } | { readonly failed: string };

/** What people call each API. */
const names: Readonly<Record<string, string>> = { [settings.crm]: "The CRM", [settings.orders]: "The orders API" };

/**
 * Calls an API in the name of the person. `auth.fetch` finds out which API the address belongs to, and sends a token that is good there
 * and nowhere else; behind a back end it sends the call there, which does that. It never throws: a view has something to say in every case.
 */
export async function call<Answer>(url: string): Promise<Called<Answer>> {
	const name = names[new URL(url).origin] ?? url;
	try {
		const response = await recordCall(url, () => auth.fetch(url));
		if (response.ok) return { answer: (await response.json()) as Answer };
		return { failed: response.status === 403 ? "You are not allowed to see this." : `${name} answered ${response.status}.` };
	} catch (error) {
		// The session is over: the frame of the app says so, and offers the way back in.
		if (error instanceof AuthError && error.action === "sign-in") return { failed: "Your sign-in has ended." };
		if (!navigator.onLine) return { failed: "You are offline." };
		const away = error instanceof AuthError && error.code !== "upstream_unreachable" ? signInService : name;
		return { failed: `${away} does not answer at the moment.` };
	}
}
