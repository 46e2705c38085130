import type { OtherWords } from "../core/nearest.ts";
import { optionFaults, type Rules } from "../core/option-faults.ts";
import { identifierFault } from "../core/secure-url.ts";
import { pathFault } from "./request-path.ts";
import type { RouteOptions } from "./routes.ts";

/** Words of other libraries, and what they are called here. */
const otherWords: OtherWords = {
	target: "to",
	upstream: "to",
	url: "to",
	remote: "to",
	method: "methods",
	verbs: "methods",
	scopes: "scope",
	audience: "resource",
	aud: "resource",
};

/** `CONNECT` and `TRACE` would hand the token back or out; `OPTIONS` is what other origins ask with. */
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"];

const rules: Rules<RouteOptions> = {
	to: (value) => identifierFault(value) ?? nearAmbiguous(new URL(String(value)).pathname),
	methods: (value) =>
		Array.isArray(value) && value.length > 0 && value.every((method) => methods.includes(method))
			? undefined
			: `a list out of ${methods.join(", ")} is expected`,
	scope: (value) =>
		typeof value === "string" && /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value)
			? undefined
			: "scopes with one blank between them are expected",
	resource: identifierFault,
};

function nearAmbiguous(path: string): string | undefined {
	const fault = pathFault(path);
	return fault === undefined ? undefined : `a path is expected that is not ambiguous (it ${fault})`;
}

/**
 * What is wrong with the table of routes, or nothing.
 *
 * @param reserved the path below which the back end's own addresses lie
 */
export function routesFault(value: unknown, reserved: string): string | undefined {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return "an object by path is expected";
	const faults = Object.entries(value).flatMap(([pattern, options]) => {
		const fault = patternFault(pattern, reserved) ?? oneFault(options);
		return fault === undefined ? [] : `${fault.replace(/\.$/, "")} (at ${pattern})`;
	});
	return faults.length === 0 ? undefined : faults.join("; ");
}

function patternFault(pattern: string, reserved: string): string | undefined {
	const path = pattern.replace(/\/\*$/, "");
	const fault = pathFault(path);
	if (fault !== undefined) return `a path such as /api/orders/* is expected (it ${fault})`;
	if (path.includes("*")) return "a star is expected only as the whole end: /api/orders/*";
	if (path.endsWith("/")) return "a path without a slash at its end is expected";
	const [mine, theirs] = [`${path}/`, `${reserved}/`];
	if (mine.startsWith(theirs) || theirs.startsWith(mine)) return `a path apart from ${reserved} is expected, which is the back end's own`;
	return undefined;
}

function oneFault(options: unknown): string | undefined {
	const list: readonly unknown[] = Array.isArray(options) ? options : [options];
	if (list.length === 0) return "at least one route is expected";
	const faults = list.flatMap((one) => optionFaults("route", one as RouteOptions, rules, ["to", "methods"], otherWords));
	if (faults.length > 0) return faults.join(" ").replaceAll("route()", "a route");
	const all = (list as readonly RouteOptions[]).flatMap((one) => one.methods);
	const twice = all.find((method, index) => all.indexOf(method) !== index);
	return twice === undefined ? undefined : `each method is expected once (${twice} leads to two places)`;
}
