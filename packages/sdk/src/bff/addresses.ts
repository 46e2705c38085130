import type { Route } from "./routes.ts";

/**
 * By which address the front end calls what each path leads to, so that an app calls an API as it would without a back end. Where an API lies
 * within the network is not told: an address that is not the resource's own origin stands under the resource's name.
 */
export function addressesOf(routes: readonly Route[]): Readonly<Record<string, string>> {
	const pairs = routes.map(({ path, below, to, resource }) => {
		const address = new URL(to).origin === new URL(resource).origin ? to : resource.replace(/\/$/, "");
		const end = below ? "/*" : "";
		return [address + end, path + end] as const;
	});
	// The first of a name is the longest path's; a shorter one would not be reached by it.
	return Object.fromEntries(pairs.toReversed());
}
