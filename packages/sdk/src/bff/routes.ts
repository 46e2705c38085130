import { pathFault } from "./request-path.ts";

/** Where a path of the app leads. */
export interface RouteOptions {
	/** The API, and the path of it that the route begins at: `https://orders.acme.test/v1`. */
	readonly to: string;
	/** What may be asked there: `["GET", "POST"]`. `HEAD` goes with `GET`. */
	readonly methods: readonly string[];
	/** What the token shall allow. All that was granted for the API when absent. */
	readonly scope?: string;
	/** The API's name (RFC 8707), where it is not the origin of `to`. It is also the name by which the front end calls it. */
	readonly resource?: string;
}

/** One route for each pattern, or several that differ in their methods. */
export type Routes = Readonly<Record<string, RouteOptions | readonly RouteOptions[]>>;

/** A route, read. */
export interface Route {
	/** The path, without the `/*` at its end. */
	readonly path: string;
	/** Whether everything below the path belongs to it too. */
	readonly below: boolean;
	/** Without a slash at its end. */
	readonly to: string;
	readonly methods: readonly string[];
	readonly scope: string | undefined;
	readonly resource: string;
}

/** Where a request goes; or that no route knows its path, or not with its method; or that its path is no honest one. */
export type Found =
	| { readonly route: Route; readonly url: string }
	| { readonly allowed: readonly string[] }
	| { readonly fault: string }
	| undefined;

/** Reads checked options. The longest path comes first, and an exact one before one with `/*`. */
export function readRoutes(routes: Routes): readonly Route[] {
	const read = Object.entries(routes).flatMap(([pattern, options]) => [options].flat().map((one) => readRoute(pattern, one)));
	return Object.freeze(read.sort((a, b) => b.path.length - a.path.length || Number(a.below) - Number(b.below)));
}

function readRoute(pattern: string, { to, methods, scope, resource = new URL(to).origin }: RouteOptions): Route {
	const below = pattern.endsWith("/*");
	return Object.freeze({
		path: below ? pattern.slice(0, -2) : pattern,
		below,
		to: new URL(to).href.replace(/\/$/, ""),
		methods: Object.freeze([...methods, ...(methods.includes("GET") ? ["HEAD"] : [])]),
		scope,
		resource,
	});
}

/** Whether a path, as it came, is a route's, or would be one's for a reader who repairs it. */
const belongs = ({ path, below }: Route, asked: string) => asked === path || (below && asked.startsWith(`${path}/`));

/** @param target path and query, as they came */
export function findRoute(routes: readonly Route[], method: string, target: string): Found {
	const mark = target.indexOf("?");
	const path = mark === -1 ? target : target.slice(0, mark);
	const nearest = routes.find((route) => belongs(route, path));
	if (!nearest) return undefined;
	const fault = pathFault(path);
	if (fault !== undefined) return { fault };
	const same = routes.filter((route) => route.path === nearest.path && route.below === nearest.below);
	const route = same.find(({ methods }) => methods.includes(method));
	if (!route) return { allowed: same.flatMap(({ methods }) => methods) };
	return { route, url: route.to + path.slice(route.path.length) + target.slice(path.length) };
}
