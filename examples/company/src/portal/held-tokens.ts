import type { AccessToken, HttpRequest } from "@gatehouse/sdk/web";
import { auth } from "./auth.ts";

/** A token that the portal holds, and the API that it is for. */
export interface HeldToken extends AccessToken {
	readonly resource: string;
}

/** The tokens for these APIs, as far as they can be had: a page shows what there is. */
export async function heldTokens(request: HttpRequest, resources: readonly string[]): Promise<readonly HeldToken[]> {
	const asked = resources.map(async (resource) => ({ resource, ...(await auth.token(request, { resource })) }));
	return (await Promise.allSettled(asked)).flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
