import { type ApiFetch, AuthError } from "@gatehouse/sdk/web";
import { parties } from "../parties.ts";

/** What an API said: its answer, or that it could not be had. A page shows the one or the other. */
export type Called<Answer> =
	| { readonly answer: Answer; readonly failed?: undefined }
	| { readonly answer?: undefined; readonly failed: string };

/** What people call each API. */
const names: Readonly<Record<string, string>> = { [parties.crm.origin]: "The CRM", [parties.orders.origin]: "The orders API" };

/**
 * Calls an API in the name of the person: with `body` as a POST, otherwise as a GET. Only an ended session throws.
 *
 * @param fetch `auth.api(request)`, which adds a token that is good at this API and nowhere else
 */
export async function call<Answer>(fetch: ApiFetch, url: string, body?: Readonly<Record<string, string>>): Promise<Called<Answer>> {
	const name = names[new URL(url).origin] ?? url;
	const json = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
	try {
		const response = await fetch(url, { ...json, redirect: "error", signal: AbortSignal.timeout(5000) });
		if (response.ok) return { answer: (await response.json()) as Answer };
		return { failed: response.status === 403 ? "You are not allowed to do that." : `${name} answered ${response.status}.` };
	} catch (error) {
		if (error instanceof AuthError && error.action === "sign-in") throw error;
		return { failed: `${error instanceof AuthError ? "The sign-in service" : name} does not answer at the moment.` };
	}
}
