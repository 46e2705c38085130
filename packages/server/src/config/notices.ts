import type { Declaration, DeclaredClient } from "../model/index.ts";
import { misspeltVariables } from "./read-settings.ts";
import { settings } from "./settings.ts";

/** What the notices look at. */
interface Noticed {
	readonly issuer: string;
	readonly loopback: boolean;
	readonly listen: { readonly port: number };
	readonly adminListen: { readonly port?: number };
	readonly registration: {
		readonly dynamic: "off" | "token" | "open";
		readonly requirePkce: boolean;
		readonly legacyAssertionAudience: boolean;
	};
	readonly declaration?: Declaration;
}

/** What is allowed and should be known to whoever starts this. */
export function noticesOf(configuration: Noticed, env: Readonly<Record<string, string | undefined>>): readonly string[] {
	const { issuer, listen, declaration } = configuration;
	const port = Number(new URL(issuer).port || (issuer.startsWith("https:") ? 443 : 80));
	return [
		...misspeltVariables(settings, env),
		...(configuration.loopback && listen.port !== port && listen.port !== 0
			? [
					`the issuer is ${issuer} and listen.port is ${listen.port}: this works only behind a proxy; without one, set listen.port to ${port}`,
				]
			: []),
		...withoutEffect(configuration),
		...registrationNotices(configuration),
		...(declaration?.clients.flatMap(clientNotices) ?? []),
	];
}

/** Settings that wait for what they are for; named only where someone set them. */
function withoutEffect({ adminListen }: Noticed): readonly string[] {
	const none = "has no effect in this version";
	const rows: readonly (readonly [set: boolean, notice: string])[] = [[adminListen.port !== undefined, `adminListen ${none}`]];
	return rows.flatMap(([set, notice]) => (set ? [notice] : []));
}

/** What loosens registration, named at each start; without registration, that it does nothing. */
function registrationNotices({ registration }: Noticed): readonly string[] {
	const { dynamic, requirePkce, legacyAssertionAudience } = registration;
	const none = "has no effect: clients cannot register themselves (registration.dynamic is off)";
	const off = dynamic === "off";
	const rows: readonly (readonly [set: boolean, notice: string])[] = [
		[dynamic === "open", "anybody may register clients (registration.dynamic is open): they are shown to people as not reviewed"],
		[
			!requirePkce,
			`registration.requirePkce ${off ? none : "is false: confidential clients that register themselves are exempt from PKCE"}`,
		],
		[
			legacyAssertionAudience,
			`registration.legacyAssertionAudience ${off ? none : "is true: clients that register themselves may name the token endpoint as the audience of their assertions"}`,
		],
	];
	return rows.flatMap(([set, notice]) => (set ? [notice] : []));
}

/** From here on a secret cannot be guessed, whatever it is made of. */
const longEnough = 32;

/** What is allowed for a client and should be known to whoever declares or adds it. */
export function clientNotices({ metadata, secrets }: DeclaredClient): readonly string[] {
	const client = `the client ${metadata.client_id}`;
	const rows: readonly (readonly [set: boolean, notice: string])[] = [
		[metadata.require_pkce === false, `${client} is exempt from PKCE (require_pkce is false)`],
		[
			metadata.legacy_assertion_audience === true,
			`${client} may name our token endpoint as the audience of its assertions (legacy_assertion_audience is true)`,
		],
		[
			secrets.some(({ value }) => value.length < longEnough),
			`${client} has a secret shorter than ${longEnough} characters: \`openssl rand -base64 32\` makes one that nobody guesses`,
		],
	];
	return rows.flatMap(([set, notice]) => (set ? [notice] : []));
}
