import type { Declaration } from "../model/index.ts";
import { misspeltVariables } from "./read-settings.ts";
import { settings } from "./settings.ts";

/** What the notices look at. */
interface Noticed {
	readonly issuer: string;
	readonly loopback: boolean;
	readonly listen: { readonly port: number };
	readonly adminListen: { readonly port?: number };
	readonly registration: { readonly requirePkce: boolean; readonly legacyAssertionAudience: boolean };
	readonly declaration?: Declaration;
}

/** What is allowed and should be known to whoever starts this. */
export function noticesOf(configuration: Noticed, env: Readonly<Record<string, string | undefined>>): readonly string[] {
	const { issuer, listen, registration, declaration } = configuration;
	const port = Number(new URL(issuer).port || (issuer.startsWith("https:") ? 443 : 80));
	const lax = declaration?.clients.filter(({ metadata }) => metadata.require_pkce === false) ?? [];
	const legacy = declaration?.clients.filter(({ metadata }) => metadata.legacy_assertion_audience === true) ?? [];
	return [
		...misspeltVariables(settings, env),
		...(configuration.loopback && listen.port !== port && listen.port !== 0
			? [`the issuer is ${issuer} and listen.port is ${listen.port}: this works only behind a proxy`]
			: []),
		...(configuration.adminListen.port === undefined ? [] : ["adminListen has no effect in this version"]),
		...(registration.requirePkce
			? []
			: ["registration.requirePkce is false: confidential clients that register themselves are exempt from PKCE"]),
		...(registration.legacyAssertionAudience
			? ["registration.legacyAssertionAudience is true: clients that register themselves may name the token endpoint as audience"]
			: []),
		...lax.map(({ metadata }) => `the client ${metadata.client_id} is exempt from PKCE (require_pkce is false)`),
		...legacy.map(({ metadata }) => `the client ${metadata.client_id} may name the token endpoint as audience (legacy_assertion_audience)`),
	];
}
