import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { sharedKeyPairs } from "../../testing/src/key-pairs.ts";
import { type ConfigurationFile, parseConfiguration } from "../src/config.ts";
import { clientAuthMethods } from "../src/oauth/client-auth/index.ts";
import { grantTypes } from "../src/oauth/grants/index.ts";
import { createGatehouse, type Gatehouse } from "../src/serve.ts";
import type { World } from "../src/world.ts";
import { Browser } from "./browser.ts";
import { clientKey } from "./client-key.ts";
import { encode, type Fields } from "./form.ts";

export const issuer = "https://auth.company.test";
export const crm = "https://crm.company.test";
export const orders = "https://orders.company.test";
export const password = "correct horse battery staple";

/** What the ledger signs with. */
export const ledgerKey = clientKey("ES256", { kid: "ledger-1" });

/** The clients of the house, by what they are. */
export const clients = {
	shop: {
		client_id: "shop",
		client_name: "Shop",
		token_endpoint_auth_method: "none",
		redirect_uris: ["https://shop.company.test/callback"],
		post_logout_redirect_uris: ["https://shop.company.test/"],
		grant_types: ["authorization_code", "refresh_token"],
		scope: "openid profile email address phone groups offline_access crm.read crm.write orders.read",
		first_party: true,
	},
	portal: {
		client_id: "portal",
		client_name: "Portal",
		client_secret: "portal-secret-portal-secret-portal",
		redirect_uris: ["https://portal.company.test/cb", "https://portal.company.test/cb?tenant=1"],
		post_logout_redirect_uris: ["https://portal.company.test/"],
		grant_types: ["authorization_code", "refresh_token"],
		scope: "openid profile email address phone groups offline_access crm.read crm.write orders.read",
		first_party: true,
	},
	/** It proves itself by what it signs, and signs what it asks for. */
	ledger: {
		client_id: "ledger",
		client_name: "Ledger",
		token_endpoint_auth_method: "private_key_jwt",
		jwks: { keys: [ledgerKey.jwk] },
		redirect_uris: ["https://ledger.company.test/cb"],
		grant_types: ["authorization_code", "refresh_token", "client_credentials"],
		scope: "openid profile email address phone groups offline_access crm.read crm.write orders.read",
		first_party: true,
	},
	/** A third party, confidential: consent is asked once. */
	analytics: {
		client_id: "analytics",
		client_name: "Analytics",
		client_secret: "analytics-secret-analytics-secret",
		token_endpoint_auth_method: "client_secret_post",
		redirect_uris: ["https://app.analytics.test/cb"],
		grant_types: ["authorization_code", "refresh_token"],
		scope: "openid profile email offline_access crm.read",
	},
	/** A third party that cannot prove itself: consent is asked each time. */
	gadget: {
		client_id: "gadget",
		client_name: "Gadget",
		token_endpoint_auth_method: "none",
		redirect_uris: ["https://gadget.test/cb"],
		grant_types: ["authorization_code", "refresh_token"],
		scope: "openid profile email offline_access crm.read",
	},
	/** The company's own app on a device. */
	mobile: {
		client_id: "mobile",
		client_name: "Mobile",
		application_type: "native",
		token_endpoint_auth_method: "none",
		redirect_uris: ["com.company.app:/callback", "http://127.0.0.1/callback"],
		grant_types: ["authorization_code", "refresh_token"],
		scope: "openid profile offline_access crm.read",
		first_party: true,
	},
	/** A certified client that uses `nonce` alone. */
	legacy: {
		client_id: "legacy",
		client_secret: "legacy-secret-legacy-secret-legacy",
		redirect_uris: ["https://legacy.company.test/cb"],
		require_pkce: false,
		first_party: true,
		scope: "openid profile",
	},
	night: {
		client_id: "night",
		client_secret: "night-secret-night-secret-night-se",
		grant_types: ["client_credentials"],
		scope: "crm.read orders.read",
	},
	crmApi: { client_id: "crm-api", client_secret: "crm-api-secret-crm-api-secret-crm-", grant_types: [] },
	retired: {
		client_id: "retired",
		client_secret: "retired-secret-retired-secret-reti",
		redirect_uris: ["https://retired.company.test/cb"],
		grant_types: ["authorization_code", "refresh_token", "client_credentials"],
		scope: "openid crm.read",
		enabled: false,
	},
} as const;

const file = {
	issuer,
	store: { url: "sqlite::memory:" },
	branding: { name: "Company" },
	resources: [
		{
			identifier: crm,
			name: "CRM",
			scopes: { "crm.read": "See your customers", "crm.write": { description: "Change your customers", groups: ["sales"] } },
			introspection_clients: ["crm-api"],
		},
		{ identifier: orders, name: "Orders", scopes: { "orders.read": "See your orders" }, signingAlg: "ES256", accessTokenLifetime: "5m" },
	],
	clients: Object.values(clients),
	users: [
		{
			username: "alice",
			password,
			name: "Alice Example",
			given_name: "Alice",
			family_name: "Example",
			email: "alice@company.test",
			email_verified: true,
			phone_number: "+49 30 1234567",
			phone_number_verified: false,
			address: { locality: "Berlin", country: "Germany" },
			groups: ["sales", "staff"],
		},
		{ username: "bob", password, name: "Bob Example", email: "bob@company.test" },
		{ username: "mallory", password: "another good battery staple", enabled: false },
	],
};

/** Everything a test needs of a Gatehouse that is really there: no socket, no file, and a clock of its own. */
export interface House extends AsyncDisposable {
	readonly gatehouse: Gatehouse;
	readonly app: FastifyInstance;
	readonly log: readonly {
		readonly level: "info" | "error";
		readonly fields: Readonly<Record<string, unknown>>;
		readonly message: string;
	}[];
	/** How long answers were held back, in milliseconds, in order. */
	readonly slept: readonly number[];
	readonly now: () => number;
	/** Moves the clock. */
	readonly wait: (ms: number) => void;
	readonly request: (options: InjectOptions) => Promise<LightMyRequestResponse>;
	/** A form post to an endpoint of the protocol. */
	readonly post: (path: string, fields: Fields, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
	readonly browser: () => Browser;
}

/** What a test changes about the house. */
export interface Alterations {
	readonly file?: ConfigurationFile | Record<string, unknown>;
	/** Where two houses are replicas: the same file of a store. */
	readonly store?: string;
	/** How it resolves names, and how long it waits for others. */
	readonly outbound?: NonNullable<World["outbound"]>;
	/** What is held back is held back in truth, and nothing of it is noted. */
	readonly patient?: true;
	/** What lies where the file names other files, by their absolute path. */
	readonly files?: Readonly<Record<string, string>>;
}

/** Builds a house: `await using house = await openHouse();`. */
export async function openHouse(alterations: Alterations = {}): Promise<House> {
	const written = { ...file, ...alterations.file, ...(alterations.store === undefined ? {} : { store: { url: alterations.store } }) };
	const supported = { authMethods: clientAuthMethods.map(({ name }) => name), grantTypes: grantTypes.map(({ name }) => name) };
	const readFile = (path: string) => Buffer.from(alterations.files?.[path] ?? refuse(path));
	const ground = { folder: "/nowhere", env: {}, readFile };
	const configuration = parseConfiguration(written, ground, supported, "gatehouse.json");
	let now = Date.UTC(2026, 10, 21, 12, 0, 0);
	const log: { level: "info" | "error"; fields: Readonly<Record<string, unknown>>; message: string }[] = [];
	const slept: number[] = [];
	const gatehouse = await createGatehouse(configuration, {
		now: () => now,
		randomBytes,
		generateKeyPair: sharedKeyPairs(),
		sleep: alterations.patient ? (ms) => setTimeout(ms) : async (ms) => void slept.push(ms),
		...(alterations.outbound && { outbound: alterations.outbound }),
		log: {
			info: (fields, message) => log.push({ level: "info", fields, message }),
			error: (fields, message) => log.push({ level: "error", fields, message }),
		},
	});
	const { app } = gatehouse;
	const request = (options: InjectOptions) => app.inject(options);
	return {
		gatehouse,
		app,
		log,
		slept,
		now: () => now,
		wait: (ms) => {
			now += ms;
		},
		request,
		post: (path, fields, headers = {}) =>
			request({
				method: "POST",
				url: path,
				headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
				payload: encode(fields),
			}),
		browser: () => new Browser(app, issuer),
		[Symbol.asyncDispose]: () => gatehouse.close(),
	};
}

function refuse(path: string): never {
	throw Object.assign(new Error(`no file ${path}`), { code: "ENOENT" });
}

/** HTTP Basic, both halves form-encoded (RFC 6749 §2.3.1). */
export function basic(client: { readonly client_id: string; readonly client_secret: string }): Record<string, string> {
	const half = (text: string) => encodeURIComponent(text);
	return { authorization: `Basic ${Buffer.from(`${half(client.client_id)}:${half(client.client_secret)}`).toString("base64")}` };
}
