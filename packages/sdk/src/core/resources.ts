import type { OtherWords } from "./nearest.ts";
import { isRecord, optionFaults, type Rules } from "./option-faults.ts";
import { identifierFault, isSecure } from "./secure-url.ts";
import { isScope } from "./value-rules.ts";

/** An API that an app calls. */
export interface ResourceOptions {
	/** What its tokens shall allow. All that was granted for it when absent. */
	readonly scope?: string;
	/** Other addresses under which it is reached, as prefixes: `["https://gateway.acme.test/orders"]`. Its tokens go there too. */
	readonly urls?: readonly string[];
}

/** The APIs whose address is not simply their resource, by resource. */
export type Resources = Readonly<Record<string, ResourceOptions>>;

const rules: Rules<ResourceOptions> = {
	scope: isScope,
	urls: (value) => (Array.isArray(value) && value.every((url) => !identifierFault(url)) ? undefined : "a list of https URLs is expected"),
};

/** What is wrong with a value as the option `resources`, or nothing. */
export function resourcesFault(value: unknown, otherWords: OtherWords): string | undefined {
	if (!isRecord(value)) return "an object by resource is expected";
	for (const [resource, options] of Object.entries(value)) {
		const fault =
			identifierFault(resource) ?? optionFaults(`resources["${resource}"]`, options as ResourceOptions, rules, [], otherWords)[0];
		if (fault) return `${fault.replace(/\.$/, "")} (at ${resource})`;
	}
	return undefined;
}

/**
 * The resource whose tokens may go to `url`: the one with the longest registered prefix, by whole segments of the path; else the URL's own
 * origin, which the issuer may not know. None where anybody on the way could read the token.
 */
export function resourceOf(url: URL, resources: Resources): string | undefined {
	if (!isSecure(url)) return undefined;
	let longest = 0;
	let found = url.origin;
	for (const [resource, { urls = [] }] of Object.entries(resources))
		for (const prefix of [resource, ...urls]) {
			const { origin, pathname } = new URL(prefix);
			const within = url.origin === origin && `${url.pathname}/`.startsWith(pathname.replace(/\/?$/, "/"));
			if (within && pathname.length > longest) {
				longest = pathname.length;
				found = resource;
			}
		}
	return found;
}
