/** By which of the app's own paths an API is reached: `{ "https://orders.acme.test/*": "/api/orders/*" }`. */
export type Paths = Readonly<Record<string, string>>;

/** The path of the app that leads to `url`, by the longest address that it is or is below; nothing when none does. */
export function ownPath({ origin, pathname, search }: URL, paths: Paths): string | undefined {
	let longest = -1;
	let found: string | undefined;
	for (const [address, path] of Object.entries(paths)) {
		const below = address.endsWith("/*");
		const api = new URL(below ? address.slice(0, -2) : address);
		const root = api.pathname.replace(/\/$/, "");
		const fits = below ? `${pathname}/`.startsWith(`${root}/`) : pathname === api.pathname;
		// What is exact comes before what is below.
		const length = below ? root.length : root.length + 0.5;
		if (origin !== api.origin || !fits || length <= longest) continue;
		longest = length;
		found = (below ? path.slice(0, -2) + pathname.slice(root.length) : path) + search;
	}
	return found;
}
