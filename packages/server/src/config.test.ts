import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { configurationReference } from "./config/reference.ts";
import { settings } from "./config/settings.ts";
import {
	type Configuration,
	ConfigurationError,
	type ConfigurationFile,
	defineConfig,
	loadConfiguration,
	parseConfiguration,
} from "./config.ts";

const supported = {
	grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
	authMethods: ["client_secret_basic", "client_secret_post", "none"],
};

const key = Buffer.alloc(32, 7).toString("base64url");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string): string {
	writeFileSync(join(folder, name), content);
	return join(folder, name);
}

type Files = Readonly<Record<string, string>>;

function parse(written: unknown, about: { readonly env?: Record<string, string>; readonly files?: Files } = {}): Configuration {
	const readFile = (path: string) => {
		const content = about.files?.[path];
		if (content === undefined) throw Object.assign(new Error(path), { code: "ENOENT" });
		return Buffer.from(content);
	};
	return parseConfiguration(
		written,
		{ folder: "/etc/gatehouse", env: about.env ?? {}, readFile },
		supported,
		"/etc/gatehouse/gatehouse.json",
	);
}

function faultsOf(written: unknown, about?: Parameters<typeof parse>[1]): Record<string, string> {
	try {
		parse(written, about);
	} catch (error) {
		if (error instanceof ConfigurationError) return Object.fromEntries(error.faults.map(({ place, text }) => [place, text]));
		throw error;
	}
	return {};
}

/** A file with one client, changed here and there. */
const withClient = (client: object) => ({
	clients: [{ client_id: "a", client_secret: "s".repeat(32), redirect_uris: ["https://rp.example/cb"], ...client }],
});

const company = {
	issuer: "https://auth.company.com",
	listen: { host: "127.0.0.1", port: 4000, tls: { cert: "auth.pem", key: "auth.key" } },
	trustedProxies: ["10.0.0.0/8", "::1"],
	store: { url: "sqlite:./data/gatehouse.db" },
	masterKey: { file: "./secrets/master.key" },
	signing: { default: "RS256", rotateAfter: "90d" },
	sessions: { idle: "8h", absolute: "30d", max: 0 },
	refreshTokens: { idle: "14d", absolute: "90d" },
	outbound: { allow: ["suite.test:8443"], ca: "local-ca.pem" },
	registration: { dynamic: "off", requirePkce: true, legacyAssertionAudience: false },
	branding: {
		name: "Company",
		logo: "logo.svg",
		accent: "#0b57d0",
		links: { help: "https://company.com/help", privacy: "https://company.com/privacy" },
	},
	resources: [
		{
			identifier: "https://crm.company.com",
			name: "CRM",
			scopes: { "crm.read": "See your customers", "crm.write": { description: "Change your customers", groups: ["sales"] } },
			accessTokenLifetime: "10m",
			signingAlg: "RS256",
			introspection_clients: ["crm-api"],
		},
		{ identifier: "https://orders.company.com", scopes: { "orders.read": "See your orders" } },
	],
	clients: [
		{
			client_id: "shop",
			client_name: "Shop",
			application_type: "web",
			token_endpoint_auth_method: "none",
			redirect_uris: ["https://vue-app.com/callback"],
			post_logout_redirect_uris: ["https://vue-app.com/"],
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile email crm.read orders.read",
			first_party: true,
		},
		{
			client_id: "portal",
			token_endpoint_auth_method: "client_secret_basic",
			client_secret: { env: "PORTAL_SECRET" },
			redirect_uris: ["https://portal.company.com/cb"],
			scope: "openid profile email offline_access crm.read",
			grant_types: ["authorization_code", "refresh_token"],
			backchannel_logout_uri: "https://portal.company.com/backchannel",
		},
		{ client_id: "crm-api", client_secret: { env: "CRM_SECRET" }, grant_types: [] },
	],
	users: [
		{
			username: "alice",
			password: "x9-lantern-field",
			name: "Alice Example",
			email: "alice@company.com",
			email_verified: true,
			groups: ["sales"],
		},
	],
} as const satisfies ConfigurationFile;

const companyFiles: Files = {
	"/etc/gatehouse/auth.pem": "-----BEGIN CERTIFICATE-----\n",
	"/etc/gatehouse/auth.key": "-----BEGIN PRIVATE KEY-----\n",
	"/etc/gatehouse/local-ca.pem": "-----BEGIN CERTIFICATE-----\n",
	"/etc/gatehouse/logo.svg": "<svg/>",
	"/etc/gatehouse/secrets/master.key": `${key}\n`,
};
const companyEnv = { PORTAL_SECRET: "portal-secret-of-32-characters--", CRM_SECRET: "crm-secret-of-32-characters-----" };

test("a whole configuration is read: paths absolute, durations in milliseconds, secrets followed", () => {
	const configuration = parse(company, { env: companyEnv, files: companyFiles });
	expect(configuration.listen).toEqual({
		host: "127.0.0.1",
		port: 4000,
		tls: { cert: "-----BEGIN CERTIFICATE-----\n", key: "-----BEGIN PRIVATE KEY-----\n" },
	});
	expect(configuration.store.url).toBe("sqlite:/etc/gatehouse/data/gatehouse.db");
	expect(configuration.dataFolder).toBe("/etc/gatehouse/data");
	expect(configuration.masterKeys).toEqual([{ file: "/etc/gatehouse/secrets/master.key", key: Buffer.from(`${key}\n`) }]);
	expect(configuration.sessions).toEqual({ idle: 28_800_000, absolute: 2_592_000_000, max: 0 });
	expect(configuration.branding.logo).toBe(`data:image/svg+xml;base64,${Buffer.from("<svg/>").toString("base64")}`);
	expect(configuration.loopback).toBe(false);
	expect(configuration.notices).toEqual([]);
	expect(configuration.declaration?.resources[0]).toMatchObject({ identifier: "https://crm.company.com", accessTokenLifetime: 600_000 });
	expect(configuration.declaration?.clients[1]).toEqual({
		metadata: expect.not.objectContaining({ client_secret: expect.anything() }),
		secrets: [{ value: companyEnv.PORTAL_SECRET }],
	});
	expect(configuration.declaration?.people[0]).toEqual({
		username: "alice",
		password: "x9-lantern-field",
		claims: { name: "Alice Example", email: "alice@company.com", email_verified: true },
		groups: ["sales"],
		admin: false,
		enabled: true,
	});
	expect(Object.isFrozen(configuration.declaration?.clients[0]?.metadata)).toBe(true);
});

test("without a file the defaults hold, and nothing is declared", async () => {
	const configuration = await loadConfiguration({ cwd: folder, env: {}, supported });
	expect(configuration).toEqual({
		issuer: "http://localhost:4000",
		listen: { host: "127.0.0.1", port: 4000, tls: {} },
		adminListen: {},
		trustedProxies: [],
		store: { url: `sqlite:${folder}/data/gatehouse.db` },
		signing: { default: "RS256", rotateAfter: 90 * 86_400_000 },
		sessions: { idle: 8 * 3_600_000, absolute: 30 * 86_400_000, max: 0 },
		refreshTokens: { idle: 14 * 86_400_000, absolute: 90 * 86_400_000 },
		outbound: { allow: [] },
		registration: { dynamic: "off", requirePkce: true, legacyAssertionAudience: false },
		branding: { name: "Gatehouse", accent: "#0b57d0", links: {} },
		dataFolder: `${folder}/data`,
		loopback: true,
		masterKeys: [{ file: `${folder}/data/master.key` }],
		notices: [],
	});
});

test("the same configuration in TypeScript, JSON and YAML is the same", async () => {
	const written = defineConfig({
		issuer: "http://auth.localhost:4000",
		sessions: { idle: "1h" },
		revision: 3,
		clients: [{ client_id: "api", client_secret: "s", grant_types: [] }],
	});
	const text = JSON.stringify(written);
	const files = [
		put("same.json", text),
		put("same.ts", `const type: string = "x";\nexport default ${text};\n`),
		put("same.yaml", text),
		put("same.yml", text),
	];
	const [first, ...others] = await Promise.all(files.map((file) => loadConfiguration({ file, cwd: "/", env: {}, supported })));
	for (const other of others) expect({ ...other, file: "" }).toEqual({ ...first, file: "" });
	expect(first).toMatchObject({
		sessions: { idle: 3_600_000 },
		declaration: { revision: 3, clients: [{ metadata: { client_id: "api" } }] },
	});
});

test("a relative file resolves against the working directory, what it names against its own folder", async () => {
	mkdirSync(join(folder, "etc"), { recursive: true });
	put(
		"etc/gatehouse.yaml",
		"store: { url: 'sqlite:../var/x.db' }\nclients: [{ client_id: api, client_secret: { file: api.secret }, grant_types: [] }]\n",
	);
	put("etc/api.secret", "from a file\n");
	const configuration = await loadConfiguration({ file: "etc/gatehouse.yaml", cwd: folder, env: {}, supported });
	expect(configuration.store.url).toBe(`sqlite:${folder}/var/x.db`);
	expect(configuration.declaration?.clients[0]?.secrets).toEqual([{ value: "from a file" }]);
});

test("a file that cannot be read says why, and never what stands in it", async () => {
	const canary = "canary-7f3a";
	const sentence = async (name: string) =>
		loadConfiguration({ file: name, cwd: folder, env: {}, supported }).then(
			() => "no fault",
			(error: Error) => error.message,
		);
	expect(await sentence("absent.json")).toBe(`${folder}/absent.json: does not exist`);
	put("broken.json", `{\n"issuer": ${canary} }`);
	expect(await sentence("broken.json")).toBe(`${folder}/broken.json: is not JSON: look at line 2`);
	put("broken.yaml", `issuer: "x\nclients: [${canary}`);
	expect(await sentence("broken.yaml")).toMatch(/broken\.yaml: is not YAML: look at line \d+, which lacks a quote, a bracket/);
	put("twice.yaml", "issuer: https://a\nissuer: https://b\n");
	expect(await sentence("twice.yaml")).toMatch(/look at line 2, which has the key `issuer` for the second time$/);
	for (const [text, said] of [
		["listen:\n  port: 1\n host: x\n", /look at line 3, which is not indented like the lines around it/],
		["listen:\n\tport: 1\n", /look at line 2, which is indented with a tab/],
		["issuer: a: b\n", /look at line 1, which has a second `: `/],
		["issuer: @home\n", /look at line 1, which begins with a character that needs quotes/],
		["a: 1\n---\nb: 2\n", /look at line 2, which begins a second document/],
	] as const) {
		put("slip.yaml", text);
		expect(await sentence("slip.yaml"), text).toMatch(said);
	}
	put("none.ts", "export const x = 1;\n");
	expect(await sentence("none.ts")).toMatch(/has no default export: write `export default defineConfig/);
	put("throws.ts", "throw new Error('the reason');\n");
	expect(await sentence("throws.ts")).toMatch(/cannot be run: the reason/);
	put("gatehouse.toml", "");
	expect(await sentence("gatehouse.toml")).toMatch(/its name must end in \.ts/);
	put("list.json", "[]");
	expect(await sentence("list.json")).toBe(`${folder}/list.json: (the whole file) must be an object, and is a list`);
	for (const name of ["broken.json", "broken.yaml"]) expect(await sentence(name)).not.toContain(canary);
});

test("variables win over the file, an empty one does not count, and `_FILE` names the file of a secret", () => {
	const env = {
		GATEHOUSE_LISTEN_PORT: "5000",
		GATEHOUSE_SESSIONS_IDLE: "1h",
		GATEHOUSE_REFRESH_TOKENS_IDLE: "2d",
		GATEHOUSE_REGISTRATION_REQUIRE_PKCE: "false",
		GATEHOUSE_BRANDING_LINKS_HELP: "https://help.example",
		GATEHOUSE_SIGNING_DEFAULT: "",
		GATEHOUSE_MASTER_KEY: key,
		GATEHOUSE_STORE_URL_FILE: "store.url",
	};
	const written = { listen: { port: 4000 }, sessions: { idle: "2h" }, signing: { default: "ES256" }, store: { url: "sqlite:x.db" } };
	const configuration = parse(written, { env, files: { "/etc/gatehouse/store.url": "sqlite:/var/y.db\n" } });
	expect(configuration).toMatchObject({
		listen: { port: 5000 },
		sessions: { idle: 3_600_000 },
		refreshTokens: { idle: 172_800_000 },
		registration: { requirePkce: false },
		signing: { default: "ES256" },
		branding: { links: { help: "https://help.example" } },
		masterKeys: [{ key }],
		store: { url: "sqlite:/var/y.db" },
	});
	expect(faultsOf({}, { env: { GATEHOUSE_LISTEN_PORT: "many", GATEHOUSE_REGISTRATION_REQUIRE_PKCE: "no" } })).toEqual({
		GATEHOUSE_LISTEN_PORT: 'must be a whole number from 0 to 65535, and is "many"',
		GATEHOUSE_REGISTRATION_REQUIRE_PKCE: 'must be true or false, and is "no"',
	});
});

test("a misspelt variable is named at the start, one that Kubernetes sets is not", () => {
	const env = {
		GATEHOUSE_LISTEN_PROT: "1",
		GATEHOUSE_SERVICE_HOST: "10.0.0.1",
		GATEHOUSE_PORT: "tcp://10.0.0.1",
		GATEHOUSE_PORT_4000_TCP_PORT: "4000",
	};
	expect(parse({}, { env }).notices).toEqual(["the variable GATEHOUSE_LISTEN_PROT is no setting; did you mean `GATEHOUSE_LISTEN_PORT`?"]);
});

test("all faults are told at once, each with its place", () => {
	const faults = faultsOf({
		isuer: "https://auth.company.com",
		listen: { port: "4000", host: "http://x" },
		port: 4000,
		sessions: { idle: "8 hours", maximum: 3 },
		resources: [
			{ identifier: "crm", scopes: { "crm.read": "", openid: "x" }, accessTokenLifetime: "2h", introspection_clients: ["crm-apy"] },
			{ name: "no identifier", scopes: { "crm.read": "again" } },
		],
		clients: [
			{ client_id: "crm-api", client_secret: { env: "CRM_SECRET" }, grant_types: [] },
			{
				client_id: "crm-api",
				token_endpoint_auth_method: "none",
				redirect_uris: ["http://rp.example/cb", "https://rp/*"],
				scope: "openid crm.reed",
			},
			{ client_id: "b", redirect_urls: ["https://rp.example/cb"] },
		],
		users: [{ username: "alice", pasword: "x" }, { username: "ALICE" }, { email: "not an address" }],
	});
	expect(faults).toEqual({
		isuer: "is not known here; did you mean `issuer`?",
		"listen.port": 'must be a whole number from 0 to 65535, and is "4000"',
		"listen.host": "must be a host name or an address, without scheme and port",
		port: "is not known here; did you mean `listen.port`?",
		"sessions.idle": 'must be a duration such as "90s", "10m", "8h" or "30d", and is "8 hours"',
		"sessions.maximum": "is not known here",
		"resources[0].identifier": "must be an absolute URI, such as https://crm.company.com",
		'resources[0].scopes["crm.read"]': "is empty or has blanks around it",
		"resources[0].scopes.openid": "is a scope of OpenID Connect: give the API's another name",
		"resources[0].accessTokenLifetime": 'must be a duration from "1m" to "60m", and is "2h"',
		"resources[0].introspection_clients[0]": "names a client that is not declared; did you mean `crm-api`?",
		"resources[1].identifier": "is missing: give it an absolute URI",
		"clients[0].client_secret": "takes the variable CRM_SECRET, which is not set: set it, or name another (client crm-api)",
		"clients[1].client_id": "is the same as that of clients[0]: each may be there once",
		"clients[1].redirect_uris[0]": "is http: only loopback hosts may go without TLS, use https (client crm-api)",
		"clients[1].redirect_uris[1]": "looks like a pattern: redirect URIs are compared literally, so list each one in full (client crm-api)",
		"clients[1].scope":
			"names crm.reed, which no resource declares: declare it in `resources`, or take it away; did you mean `crm.read`? (client crm-api)",
		"clients[2].redirect_urls": "is not known here; did you mean `redirect_uris`? (client b)",
		"clients[2].client_secret": 'is missing: give it one, or say token_endpoint_auth_method "none" for a public client (client b)',
		"clients[2].redirect_uris": "is missing: name at least one URI, or grant_types without authorization_code (client b)",
		"users[0].pasword": "is not known here; did you mean `password`? (user alice)",
		"users[1].username": "is the same as that of users[0]: each may be there once",
		"users[2].username": "is missing: give it text",
		"users[2].email": "must be an e-mail address, such as alice@company.com",
	});
});

test("whatever stands in a file, it is a configuration or a list of faults", () => {
	const texts = fc.oneof(fc.string(), fc.constantFrom("https://a.example", "*", "__proto__", "openid", "10m", "none", "\u202e", "\0"));
	const anything = fc.jsonValue({ depthSize: "small" });
	const name = fc.constantFrom(
		...Object.keys(settings).flatMap((path) => path.split(".")),
		"client_id",
		"redirect_uris",
		"scope",
		"scopes",
		"username",
		"file",
		"env",
	);
	const shape: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
		node: fc.oneof(
			{ depthSize: "small", withCrossShrink: true },
			texts,
			anything,
			fc.array(tie("node"), { maxLength: 3 }),
			fc.dictionary(name, tie("node"), { maxKeys: 6 }),
		),
	})).node;
	fc.assert(
		fc.property(fc.dictionary(name, shape), (written) => {
			try {
				expect(Object.isFrozen(parse(written))).toBe(true);
			} catch (error) {
				expect(error).toBeInstanceOf(ConfigurationError);
				expect((error as ConfigurationError).faults.length).toBeGreaterThan(0);
			}
		}),
		{ numRuns: 500 },
	);
});

test("the message of one fault is one sentence, that of several is a list", () => {
	expect(() => parse({ isuer: "x" })).toThrow("/etc/gatehouse/gatehouse.json: isuer is not known here; did you mean `issuer`?");
	expect(() => parse({ isuer: "x", lissen: {} })).toThrow(/ has 2 faults:\n {2}isuer .*\n {2}lissen /);
});

test("the issuer is an origin, and http only on loopback", () => {
	for (const issuer of [
		"https://auth.company.com",
		"https://auth.company.com:8443",
		"http://localhost:4000",
		"http://auth.localhost:4000",
		"http://127.0.0.1",
		"http://[::1]:4000",
	])
		expect(parse({ issuer, masterKey: key }).issuer).toBe(issuer);
	for (const issuer of [
		"http://auth.company.com",
		"http://10.0.0.1",
		"http://localhost.evil.example",
		"https://auth.company.com/",
		"https://auth.company.com/tenant",
		"https://auth.company.com?x",
		"https://auth.company.com#x",
		"https://me@auth.company.com",
		"https://AUTH.company.com",
		"https://auth.company.com:443",
		"auth.company.com",
		"ftp://auth.company.com",
		"",
		7,
		null,
	])
		expect(Object.keys(faultsOf({ issuer, masterKey: key })), String(issuer)).toEqual(["issuer"]);
});

test("a scope belongs to one resource: a second declaration stops the start", () => {
	const resources = [
		{ identifier: "https://a.example", scopes: { read: "Read" } },
		{ identifier: "https://b.example", scopes: { read: "Read" } },
	];
	expect(faultsOf({ resources })).toEqual({
		"resources[1].scopes.read":
			"is a scope of resources[0] already: a scope belongs to one resource, so rename one (resource https://b.example)",
	});
	expect(faultsOf({ resources: resources.slice(1) })).toEqual({});
});

test("a resource is no audience of Gatehouse itself", () => {
	const resource = (identifier: string) => ({ issuer: "http://localhost:4000", resources: [{ identifier, scopes: {} }] });
	expect(faultsOf(resource("http://localhost:4000"))).toHaveProperty(["resources[0].identifier"]);
	expect(faultsOf(resource("http://localhost:4000/api/v1"))).toHaveProperty(["resources[0].identifier"]);
	expect(faultsOf(resource("http://localhost:4000/crm"))).toEqual({});
});

test("scope names that are names of Object's own members are plain names", () => {
	const { declaration } = parse(
		JSON.parse('{"resources":[{"identifier":"https://a.example","scopes":{"__proto__":"One","constructor":"Two"}}]}'),
	);
	expect(Object.keys(declaration?.resources[0]?.scopes ?? {})).toEqual(["__proto__", "constructor"]);
	expect(faultsOf(JSON.parse('{"__proto__":{"issuer":"x"},"constructor":1}'))).toEqual({
		["__proto__"]: "is not known here",
		constructor: "is not known here",
	});
	expect(faultsOf(JSON.parse('{"clients":[{"client_id":"a","grant_types":[],"client_secret":"s","__proto__":1,"toString":1}]}'))).toEqual({
		"clients[0].__proto__": "is not known here (client a)",
		"clients[0].toString": "is not known here (client a)",
	});
});

test("AZ-03 AZ-06 AZ-07 redirect URIs that may not be registered stop the start", () => {
	const native = { application_type: "native" };
	for (const uri of [
		"https://rp@evil/cb",
		"https://rp:443@evil/",
		"*",
		"https://rp.example/.*",
		"javascript:alert",
		"data:text/html,x",
		"JaVaScRiPt:alert",
		" https://rp/cb",
		"myapp:/cb",
		"https://rp/cb#x",
	]) {
		for (const field of ["redirect_uris", "post_logout_redirect_uris"]) {
			expect(Object.keys(faultsOf(withClient({ [field]: [uri] }))), uri).toEqual([`clients[0].${field}[0]`]);
			expect(Object.keys(faultsOf(withClient({ ...native, [field]: [uri] }))), uri).toEqual([`clients[0].${field}[0]`]);
		}
	}
	expect(faultsOf(withClient({ redirect_uris: [] }))).toHaveProperty(["clients[0].redirect_uris"]);
	expect(faultsOf(withClient({ redirect_uris: ["com.example.app:/cb"] }))).toHaveProperty(["clients[0].redirect_uris[0]"]);
	expect(
		faultsOf(withClient({ ...native, redirect_uris: ["com.example.app:/cb", "http://127.0.0.1/cb", "https://app.example/cb"] })),
	).toEqual({});
	expect(faultsOf(withClient({ redirect_uris: ["http://localhost:3000/cb"], post_logout_redirect_uris: ["https://rp.example/"] }))).toEqual(
		{},
	);
});

test("public and confidential do not mix", () => {
	const isPublic = { token_endpoint_auth_method: "none", client_secret: undefined };
	expect(faultsOf(withClient(isPublic))).toEqual({});
	expect(faultsOf(withClient({ token_endpoint_auth_method: "none" }))).toHaveProperty(["clients[0].client_secret"]);
	expect(faultsOf(withClient({ client_secret: undefined }))).toHaveProperty(["clients[0].client_secret"]);
	expect(
		faultsOf(withClient({ client_secret: undefined, client_secrets: [{ value: "a", expires: "2027-01-31T00:00:00Z" }, { value: "b" }] })),
	).toEqual({});
	expect(faultsOf(withClient({ ...isPublic, grant_types: ["authorization_code", "client_credentials"] }))).toHaveProperty([
		"clients[0].grant_types",
	]);
	expect(faultsOf(withClient({ ...isPublic, require_pkce: false }))).toHaveProperty(["clients[0].require_pkce"]);
	expect(parse(withClient({ require_pkce: false })).notices).toEqual(["the client a is exempt from PKCE (require_pkce is false)"]);
});

test("metadata of other servers is refused with what to do instead", () => {
	for (const [field, value, said] of [
		["token_endpoint_auth_method", "client_secret_jwt", /not supported: use one of client_secret_basic, client_secret_post, none/],
		["token_endpoint_auth_method", "tls_client_auth", /not supported/],
		["token_endpoint_auth_method", "clientsecret", /no method that is known here/],
		["jwks", { keys: [] }, /holds no key/],
		["jwks", { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" }] }, /private/],
		["request_object_encryption_alg", "RSA-OAEP", /signed and not encrypted/],
		["initiate_login_uri", "http://localhost:4999/begin", /must be https/],
		["require_signed_request_object", true, /needs the keys/],
		["id_token_signed_response_alg", "HS256", /never accepted/],
		["id_token_signed_response_alg", "none", /never accepted/],
		["dpop_bound_access_tokens", true, /bearer/],
		["frontchannel_logout_uri", "https://rp.example/l", /backchannel_logout_uri/],
		["require_pushed_authorization_requests", true, /pushed/],
	] as const) {
		const faults = faultsOf(withClient({ [field]: value }));
		expect(faults[`clients[0].${field}`], field).toMatch(said);
		expect(Object.keys(faults)).toHaveLength(1);
	}
	expect(faultsOf(withClient({ grant_types: ["authorization_code", "password", "implicit"] }))).toEqual({
		"clients[0].grant_types[1]":
			"is `password`, which OAuth 2.1 has removed: use authorization_code, refresh_token, client_credentials (client a)",
		"clients[0].grant_types[2]":
			"is `implicit`, which OAuth 2.1 has removed: use authorization_code, refresh_token, client_credentials (client a)",
	});
	expect(faultsOf(withClient({ response_types: ["code", "token"] }))).toHaveProperty(["clients[0].response_types[1]"]);
	expect(
		faultsOf(
			withClient({ response_types: ["code"], backchannel_logout_uri: "https://rp.example/bc", id_token_signed_response_alg: "EdDSA" }),
		),
	).toEqual({});
});

test("DR-02 what a client has called leads to no private address, unless the operator names its host: else the start is refused", () => {
	const at = { issuer: "https://auth.company.com", masterKey: { file: "k" } };
	const files = { "/etc/gatehouse/k": key };
	for (const [field, value, place = field] of [
		["jwks_uri", "https://10.0.0.5/keys"],
		["logo_uri", "https://10.0.0.5/logo.png"],
		["sector_identifier_uri", "https://10.0.0.5/sector.json"],
		["backchannel_logout_uri", "https://10.0.0.5/backchannel"],
		["request_uris", ["https://rp.example/r#hash", "https://10.0.0.5/r#hash"], "request_uris[1]"],
	] as const) {
		const file = { ...at, ...withClient({ [field]: value }) };
		expect(faultsOf(file, { files }), field).toEqual({
			[`clients[0].${place}`]:
				"is an address of a private network, which is not called on a client's word: name `10.0.0.5` in `outbound.allow` if that is meant (client a)",
		});
		expect(faultsOf({ ...file, outbound: { allow: ["10.0.0.5"] } }, { files }), field).toEqual({});
		expect(faultsOf({ ...file, outbound: { allow: ["10.0.0.5:8443"] } }, { files }), field).not.toEqual({});
	}
	const local = withClient({ backchannel_logout_uri: "http://localhost:4003/backchannel", logo_uri: "http://127.0.0.1:4003/logo.png" });
	expect(Object.keys(faultsOf({ ...at, ...local }, { files })).sort()).toEqual([
		"clients[0].backchannel_logout_uri",
		"clients[0].logo_uri",
	]);
	expect(faultsOf(local)).toEqual({});
});

test("allowed_cors_origins are origins", () => {
	expect(faultsOf(withClient({ allowed_cors_origins: ["https://rp.example", "http://localhost:3000"] }))).toEqual({});
	for (const origin of [
		"https://rp.example/",
		"https://rp.example/x",
		"*",
		"null",
		"http://rp.example",
		"https://RP.example",
		"rp.example",
	])
		expect(Object.keys(faultsOf(withClient({ allowed_cors_origins: [origin] }))), origin).toEqual(["clients[0].allowed_cors_origins[0]"]);
});

test("an app's own origin is one for a native client alone, and never a scheme of browsers themselves", () => {
	const native = { application_type: "native" };
	const faultsAt = (origin: string, more: object) => Object.keys(faultsOf(withClient({ allowed_cors_origins: [origin], ...more })));
	for (const origin of ["capacitor://localhost", "ionic://localhost", "com.company.app://localhost", "https://localhost"]) {
		expect(faultsAt(origin, native), origin).toEqual([]);
		if (!origin.startsWith("https:")) expect(faultsAt(origin, {}), origin).toEqual(["clients[0].allowed_cors_origins[0]"]);
	}
	for (const origin of [
		"file://localhost",
		"data://x",
		"capacitor://localhost/",
		"capacitor://",
		"Capacitor://localhost",
		"capacitor://*",
		"null",
	])
		expect(faultsAt(origin, native), origin).toEqual(["clients[0].allowed_cors_origins[0]"]);
});

test("a master key lies outside the data folder unless the issuer is loopback", () => {
	const https = { issuer: "https://auth.company.com", store: { url: "sqlite:/var/gatehouse/db" } };
	expect(faultsOf({ ...https, masterKey: { file: "/var/gatehouse/master.key" } }).masterKey).toMatch(/lies in the data folder/);
	expect(faultsOf({ ...https, masterKey: { file: "/var/gatehouse/deep/master.key" } }).masterKey).toMatch(/lies in the data folder/);
	expect(parse({ ...https, masterKey: { file: "/var/gatehouse-keys/master.key" } }).masterKeys).toEqual([
		{ file: "/var/gatehouse-keys/master.key" },
	]);
	expect(parse(https).masterKeys).toEqual([{ file: "/etc/gatehouse/secrets/master.key" }]);
	expect(parse({ store: https.store }).masterKeys).toEqual([{ file: "/var/gatehouse/master.key" }]);
	expect(parse({ store: { url: "sqlite::memory:" } }).masterKeys).toEqual([]);
});

test("a list of master keys is newest first, and each of several must exist", () => {
	const files = { "/etc/gatehouse/secrets/new.key": key, "/etc/gatehouse/secrets/bad.key": "too short" };
	const masterKey = [{ file: "secrets/new.key" }, { env: "OLD" }];
	expect(parse({ masterKey }, { files, env: { OLD: "ab".repeat(32) } }).masterKeys).toEqual([
		{ file: "/etc/gatehouse/secrets/new.key", key: Buffer.from(key) },
		{ key: "ab".repeat(32) },
	]);
	expect(faultsOf({ masterKey: [...masterKey, { file: "secrets/absent.key" }, { file: "secrets/bad.key" }] }, { files })).toEqual({
		"masterKey[1]": "takes the variable OLD, which is not set: set it, or name another",
		"masterKey[2]": "names /etc/gatehouse/secrets/absent.key, which does not exist",
		"masterKey[3]": "is not a master key (32 random bytes as base64url or hex): `openssl rand -base64 32` makes one",
	});
	expect(faultsOf({ masterKey: [] })).toEqual({ masterKey: "is an empty list: name at least one key" });
	expect(faultsOf({ masterKey: { fyle: "x" } })).toHaveProperty("masterKey");
});

test("no fault repeats a value that may be secret", () => {
	const canary = "canary-7f3a91";
	const written = {
		masterKey: canary,
		store: { url: canary },
		listen: { tls: { key: canary } },
		clients: [{ client_id: "a", client_secret: [canary], client_secrets: canary, x: canary, redirect_uris: [canary] }],
		users: [{ username: "alice", password: { text: canary }, groups: canary }],
		sessions: { idle: canary },
	};
	const error = (() => {
		try {
			parse(written);
		} catch (thrown) {
			return thrown as ConfigurationError;
		}
		return undefined;
	})();
	expect(error?.faults.length).toBeGreaterThan(7);
	expect(error?.message.replaceAll(`/etc/gatehouse/${canary}`, "")).not.toContain(canary);
});

test("a word that is close to a known one is named beside it", () => {
	expect(faultsOf(withClient({ grant_types: ["authorization_code", "refresh_tokn"] }))).toEqual({
		"clients[0].grant_types[1]":
			"is `refresh_tokn`, no grant type that is supported: use authorization_code, refresh_token, client_credentials; did you mean `refresh_token`? (client a)",
	});
	expect(faultsOf(withClient({ token_endpoint_auth_method: "client_secret_basik" }))).toEqual({
		"clients[0].token_endpoint_auth_method":
			"is `client_secret_basik`, no method that is known here: use one of client_secret_basic, client_secret_post, none; did you mean `client_secret_basic`? (client a)",
	});
	expect(faultsOf(withClient({ application_type: "webb" }))).toEqual({
		"clients[0].application_type": 'must be one of "web", "native", and is "webb"; did you mean `web`? (client a)',
	});
});

test("what contradicts itself among the settings is told", () => {
	expect(faultsOf({ sessions: { idle: "2d", absolute: "1d" }, refreshTokens: { idle: "2d", absolute: "1d" } })).toEqual({
		"sessions.idle": "is longer than `sessions.absolute`: a session never lives longer than that",
		"refreshTokens.idle": "is longer than `refreshTokens.absolute`: a family never lives longer than that",
	});
	const files = { "/etc/gatehouse/auth.pem": "-----BEGIN CERTIFICATE-----" };
	expect(faultsOf({ listen: { tls: { cert: "auth.pem" } } }, { files })).toEqual({ "listen.tls": "must have both `cert` and `key`" });
	expect(faultsOf({ listen: { tls: { cert: "absent.pem", key: "auth.pem" } } }, { files })).toEqual({
		"listen.tls.cert": "names /etc/gatehouse/absent.pem, which does not exist",
		"listen.tls.key": "names /etc/gatehouse/auth.pem, which is no PEM file with a private key",
	});
	expect(faultsOf({ registration: { dynamic: "opne" } })["registration.dynamic"]).toMatch(/did you mean `open`/);
	expect(faultsOf({ store: { url: "postgres://db" } })["store.url"]).toMatch(/PostgreSQL, which this version does not support/);
	expect(faultsOf({ sessions: 5 })).toEqual({ sessions: "must be an object with idle, absolute, max, and is 5" });
});

test("what should be known is named at the start", () => {
	expect(parse({ registration: { requirePkce: false, legacyAssertionAudience: true }, listen: { port: 4001 } }).notices).toEqual([
		"the issuer is http://localhost:4000 and listen.port is 4001: this works only behind a proxy; without one, set listen.port to 4000",
		"registration.requirePkce has no effect: clients cannot register themselves (registration.dynamic is off)",
		"registration.legacyAssertionAudience has no effect: clients cannot register themselves (registration.dynamic is off)",
	]);
	expect(parse({ registration: { dynamic: "open", requirePkce: false, legacyAssertionAudience: true } }).notices).toEqual([
		"anybody may register clients (registration.dynamic is open): they are shown to people as not reviewed",
		"registration.requirePkce is false: confidential clients that register themselves are exempt from PKCE",
		"registration.legacyAssertionAudience is true: clients that register themselves may name the token endpoint as the audience of their assertions",
	]);
	expect(parse({ registration: { dynamic: "token" } }).notices).toEqual([]);
	expect(parse({ adminListen: { port: 4001 } }).notices).toEqual(["adminListen has no effect in this version"]);
	expect(parse(withClient({ client_secret: "s".repeat(31), legacy_assertion_audience: true })).notices).toEqual([
		"the client a may name our token endpoint as the audience of its assertions (legacy_assertion_audience is true)",
		"the client a has a secret shorter than 32 characters: `openssl rand -base64 32` makes one that nobody guesses",
	]);
	expect(parse(withClient({ legacy_assertion_audience: false })).notices).toEqual([]);
});

test("LG-05 a user name may not be another person's address", () => {
	expect(faultsOf({ users: [{ username: "bob", email: "bob@company.com" }, { username: "Bob@Company.com" }] })).toEqual({
		"users[1].username": "is the address of users[0]: choose another",
	});
	expect(faultsOf({ users: [{ username: "bob@company.com", email: "bob@company.com" }] })).toEqual({});
});

test("the manual names every setting, its variable and its default, and its page is the generated one", async () => {
	const manual = configurationReference();
	await expect(manual).toMatchFileSnapshot(join(import.meta.dirname, "../../../docs/configuration.md"));
	for (const path of Object.keys(settings)) expect(manual).toContain(`| \`${path}\``);
	expect(manual).toContain(
		'| `sessions.idle` | A session ends when it was not used for this long. | a duration from "1s" to "400d" | `"8h"` | `GATEHOUSE_SESSIONS_IDLE` |',
	);
	expect(manual).toContain("| `client_secret` (secret) |");
	expect(manual).toContain("| `username` (required) |");
});
