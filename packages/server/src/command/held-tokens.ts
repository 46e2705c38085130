import { formatDuration } from "../config/duration.ts";
import { defaultAccessTokenLifetime, resolveResource } from "../model/index.ts";
import type { ResourceStore } from "../store/store.ts";

/**
 * What becomes of access tokens that are out already: nobody can call back a signature (RFC 9068 §4), so an API that
 * verifies alone goes by `exp`.
 */
export async function heldTokens(ground: { readonly resources: Pick<ResourceStore, "all"> }, whose: string): Promise<string> {
	const lifetimes = (await ground.resources.all()).map((row) => resolveResource(row).accessTokenLifetime);
	const longest = formatDuration(Math.max(defaultAccessTokenLifetime, ...lifetimes));
	return `Userinfo and introspection refuse ${whose} access tokens from now on; an API that verifies by itself accepts one that is out already until it expires, after ${longest} at the most.`;
}
