import { parties } from "../parties.ts";
import type { RelyingParty } from "./relying-party.ts";
import type { Session } from "./sessions.ts";

/** What an API said: its answer, or that it could not be had. A page shows the one or the other. */
export type Called<Answer> =
	| { readonly answer: Answer; readonly failed?: undefined }
	| { readonly answer?: undefined; readonly failed: string };

/** What people call each API. */
const names: Readonly<Record<string, string>> = { [parties.crm.origin]: "The CRM", [parties.orders.origin]: "The orders API" };

/** Calls an API in the name of the person: with `body` as a POST, otherwise as a GET. Only an ended permission throws. */
export async function call<Answer>(
	relyingParty: RelyingParty,
	session: Session,
	resource: string,
	path: string,
	body?: Readonly<Record<string, string>>,
): Promise<Called<Answer>> {
	const token = await relyingParty.tokenFor(session, resource);
	const name = names[resource] ?? resource;
	try {
		const response = await fetch(resource + path, {
			method: body ? "POST" : "GET",
			headers: { authorization: `Bearer ${token.value}`, ...(body && { "content-type": "application/json" }) },
			body: body ? JSON.stringify(body) : null,
			redirect: "error",
			signal: AbortSignal.timeout(5000),
		});
		if (response.ok) return { answer: (await response.json()) as Answer };
		return { failed: response.status === 403 ? "You are not allowed to do that." : `${name} answered ${response.status}.` };
	} catch {
		return { failed: `${name} does not answer at the moment.` };
	}
}
