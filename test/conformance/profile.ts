import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Credentials, Script } from "./browser.ts";
import type { Plan } from "./plan.ts";

/** Where the suite receives what is meant for static clients: `<suite>/test/a/<alias>/…`. */
const alias = "gatehouse";

/** What is made for one run: nothing of it works in another. */
export interface Secrets {
	readonly person: Credentials;
	readonly clients: readonly StaticClient[];
}

interface StaticClient {
	readonly client_id: string;
	readonly token_endpoint_auth_method: string;
	readonly client_secret?: string;
	/** The private halves, which are the suite's alone. */
	readonly jwks?: { readonly keys: readonly [object] };
}

const secret = () => randomBytes(32).toString("base64url");

/** Makes the person's password and the clients' secrets and keys. */
export function makeSecrets(plan: Plan): Secrets {
	const withSecret = (client_id: string, token_endpoint_auth_method: string): StaticClient => ({
		client_id,
		token_endpoint_auth_method,
		client_secret: secret(),
	});
	const withKey = (client_id: string): StaticClient => {
		const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
		const keys = [{ ...jwk, kid: client_id, use: "sig", alg: "RS256" }] as const;
		return { client_id, token_endpoint_auth_method: "private_key_jwt", jwks: { keys } };
	};
	const own = (id: string) => (plan.authMethod === "private_key_jwt" ? withKey(id) : withSecret(id, "client_secret_basic"));
	return {
		person: { username: "alice", password: secret() },
		clients: plan.clients === undefined ? [] : [own("suite-1"), own("suite-2"), withSecret("suite-post", "client_secret_post")],
	};
}

/** Where things are. */
export interface Places {
	readonly issuer: string;
	/** Without a slash at its end. */
	readonly suite: string;
}

/** What the suite is told about the provider: the body of a new plan. */
export function suiteConfiguration(plan: Plan, { issuer }: Places, { person, clients }: Secrets): object {
	const run = (script: Script) => script(issuer, person);
	const [client, client2, client_secret_post] = clients.map(({ client_id, client_secret, jwks }) => ({ client_id, client_secret, jwks }));
	return {
		description: `Gatehouse: ${plan.title}`,
		...(plan.clients && { alias }),
		server: {
			discoveryUrl: `${issuer}/.well-known/openid-configuration`,
			login_hint: person.username,
			ui_locales: "de en",
			jwks_refresh_delay: 5,
		},
		client: client ?? { client_name: "The suite" },
		client2: client2 ?? { client_name: "The suite, once more" },
		...(client_secret_post && { client_secret_post }),
		options: { browsercontrol_css_enable: false },
		...(plan.browser && { browser: run(plan.browser) }),
		override: Object.fromEntries(Object.entries(plan.overrides ?? {}).map(([module, script]) => [module, { browser: run(script) }])),
	};
}

/** Files of the provider, beside its configuration. */
export interface ProfileFiles {
	readonly cert: string;
	readonly key: string;
	/** The suite's certificate. */
	readonly ca?: string;
}

/**
 * The provider as it is tested: a certificate of its own, one person with every standard claim, and registration open to the suite's
 * clients, which know neither PKCE nor the issuer as the audience of an assertion. Nothing else differs from a fresh installation.
 */
export function providerConfiguration(plan: Plan, places: Places, listen: string, files: ProfileFiles, secrets: Secrets): object {
	const { issuer, suite } = places;
	const url = new URL(issuer);
	return {
		issuer,
		listen: { host: listen, port: Number(url.port || 443), tls: { cert: files.cert, key: files.key } },
		store: { url: "sqlite:./gatehouse.db" },
		masterKey: { file: "./master.key" },
		registration: { dynamic: "open", requirePkce: false, legacyAssertionAudience: true },
		outbound: { allow: [new URL(suite).host], ...(files.ca && { ca: files.ca }) },
		clients: secrets.clients.map((client) => ({
			...client,
			...(client.jwks && { jwks: { keys: client.jwks.keys.map(publicHalf) }, legacy_assertion_audience: true }),
			client_name: `The suite (${client.client_id})`,
			redirect_uris: [`${suite}/test/a/${alias}/callback`],
			post_logout_redirect_uris: [`${suite}/test/a/${alias}/post_logout_redirect`],
			...(plan.clients === "told-of-sign-out" && {
				backchannel_logout_uri: `${suite}/test/a/${alias}/backchannel_logout`,
				backchannel_logout_session_required: true,
			}),
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile email address phone offline_access",
			require_pkce: false,
		})),
		users: [{ ...secrets.person, ...everyStandardClaim }],
	};
}

function publicHalf(jwk: object): object {
	const { kty, kid, use, alg, n, e } = jwk as Readonly<Record<string, string>>;
	return { kty, kid, use, alg, n, e };
}

/** OpenID Connect Core §5.1: the suite asks for all of them, scope by scope. */
const everyStandardClaim = {
	name: "Alice Marie Example",
	given_name: "Alice",
	family_name: "Example",
	middle_name: "Marie",
	nickname: "Al",
	preferred_username: "alice",
	profile: "https://alice.example/profile",
	picture: "https://alice.example/picture.png",
	website: "https://alice.example/",
	email: "alice@example.org",
	email_verified: true,
	gender: "female",
	birthdate: "1990-01-31",
	zoneinfo: "Europe/Paris",
	locale: "en-GB",
	phone_number: "+33 1 23 45 67 89",
	phone_number_verified: true,
	address: {
		formatted: "1 Example Street\nExampleton 12345\nFrance",
		street_address: "1 Example Street",
		locality: "Exampleton",
		region: "Example Region",
		postal_code: "12345",
		country: "France",
	},
	updated_at: 1_767_225_600,
};
