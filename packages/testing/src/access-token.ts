import { createHash, randomBytes } from "node:crypto";
import type { Embedded } from "@gatehouse/server/embedded";
import { checkNames } from "./option-names.ts";
import type { ResourceOptions } from "./options.ts";
import { named, type TestClient, type TestPerson } from "./registered.ts";
import { TestingError } from "./testing-error.ts";
import type { Visitor } from "./visitor/visitor.ts";

/** What an access token is wanted for. */
export interface TokenOptions {
	/** Whose; the first person unless said. Of a client that may not act for people, nobody's. */
	readonly person?: string;
	/** The API; may stay away where there is one alone. */
	readonly resource?: string;
	/** With blanks between the names; all scopes of the API unless said. */
	readonly scope?: string;
	/** As whom it is asked for; unless said, a first-party client that the issuer has for this. */
	readonly clientId?: string;
	/**
	 * Claims to put in the place of the genuine ones, or to take out (`undefined`): a token that no issuer makes, signed by this
	 * one's key, for proving that an API refuses it.
	 */
	readonly claims?: Readonly<Record<string, unknown>>;
}

/** What tokens are made with. */
export interface TokensGround {
	readonly url: string;
	readonly gatehouse: Embedded;
	readonly now: () => number;
	readonly people: ReadonlyMap<string, TestPerson>;
	readonly clients: ReadonlyMap<string, TestClient>;
	/** The client that asks where a test names none. */
	readonly own: TestClient;
	/** Headers that mark what is asked for here: it is not counted, and no fault strikes it. */
	readonly errand: Readonly<Record<string, string>>;
	/** Does something in the browser in which a person gets their tokens: one for each, so that their password is typed once, and one thing at a time. */
	readonly inBrowserOf: <T>(person: string, work: (visitor: Visitor) => Promise<T>) => Promise<T>;
}

/** The client that asks where a test names none: ours, for all scopes there are. */
export function ownClient(url: string, resources: readonly ResourceOptions[]): TestClient {
	return {
		client_id: "gatehouse-testing",
		client_name: "Tests",
		client_secret: randomBytes(32).toString("base64url"),
		redirect_uris: [`${url}/gatehouse-testing`],
		first_party: true,
		scope: ["openid profile email phone address groups", ...resources.flatMap(({ scopes }) => Object.keys(scopes ?? {}))].join(" "),
	};
}

/** A genuine access token, got as every client gets one: through the front door. */
export async function accessToken(ground: TokensGround, options: TokenOptions): Promise<string> {
	checkNames("token()", options, ["person", "resource", "scope", "clientId", "claims"], {
		audience: "resource",
		scopes: "scope",
		username: "person",
	});
	const client = options.clientId === undefined ? ground.own : named("client", options.clientId, ground.clients);
	const resource = resourceOf(ground, options.resource);
	const scope = options.scope ?? scopesOf(ground, resource, client);
	const grantTypes = client.grant_types ?? ["authorization_code"];
	const forPerson = options.person !== undefined || grantTypes.includes("authorization_code");
	const target = { ...(resource === undefined ? {} : { resource }), scope };
	const fields = forPerson
		? await codeGrant(ground, client, options.person ?? firstOf(ground), target)
		: { grant_type: "client_credentials", ...target };
	const answer = await askToken(ground, client, fields);
	const missing = scope.split(" ").filter((name) => name !== "" && !answer.scope.split(" ").includes(name));
	if (missing.length > 0)
		throw new TestingError(
			`the issuer did not grant ${missing.join(", ")}: the client must be registered for it, and the person be in its groups`,
		);
	return options.claims === undefined ? answer.access_token : resign(ground, answer.access_token, options.claims);
}

/** Walks the pages up to the code. */
async function codeGrant(
	ground: TokensGround,
	client: TestClient,
	person: string,
	target: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
	const redirectUri = client.redirect_uris?.[0];
	if (redirectUri === undefined) throw new TestingError(`the client ${client.client_id} has no redirect URI, so nobody can sign in to it`);
	const verifier = randomBytes(32).toString("base64url");
	const parameters = new URLSearchParams({
		response_type: "code",
		client_id: client.client_id,
		redirect_uri: redirectUri,
		code_challenge: createHash("sha256").update(verifier).digest("base64url"),
		code_challenge_method: "S256",
		...target,
	});
	const { url } = await ground.inBrowserOf(person, (visitor) =>
		visitor.open(`${ground.url}/authorize?${parameters}`, { until: (to) => to.href.startsWith(redirectUri) }),
	);
	const code = url.searchParams.get("code");
	if (code === null)
		throw new TestingError(
			`the issuer answered ${url.searchParams.get("error")}: ${url.searchParams.get("error_description") ?? "without a reason"}`,
		);
	const { scope: _, ...resource } = target;
	return { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier, ...resource };
}

async function askToken(
	{ url, errand }: TokensGround,
	client: TestClient,
	fields: Readonly<Record<string, string>>,
): Promise<{ readonly access_token: string; readonly scope: string }> {
	const secret = client.client_secret ?? client.client_secrets?.map(({ value }) => value).find((value) => typeof value === "string");
	const method = client.token_endpoint_auth_method ?? "client_secret_basic";
	const basic = method === "client_secret_basic" && typeof secret === "string";
	const own = {
		client_id: client.client_id,
		...(method === "client_secret_post" && typeof secret === "string" ? { client_secret: secret } : {}),
	};
	const answer = await fetch(`${url}/token`, {
		method: "POST",
		headers: {
			...errand,
			...(basic ? { authorization: `Basic ${btoa(`${encodeURIComponent(client.client_id)}:${encodeURIComponent(secret)}`)}` } : {}),
		},
		body: new URLSearchParams({ ...fields, ...(basic ? {} : own) }),
	});
	const body = await answer.json();
	if (!answer.ok) throw new TestingError(`the issuer answered ${body.error}: ${body.error_description ?? "without a reason"}`);
	return body;
}

/** The same token with other claims, signed by the same algorithm's key of now. */
function resign({ gatehouse }: TokensGround, token: string, claims: Readonly<Record<string, unknown>>): Promise<string> {
	const [head = "", body = ""] = token.split(".").map((part) => Buffer.from(part, "base64url").toString("utf8"));
	const { typ, alg } = JSON.parse(head);
	return gatehouse.sign(typ, { ...JSON.parse(body), ...claims }, alg);
}

function resourceOf({ gatehouse }: TokensGround, resource: string | undefined): string | undefined {
	const all = gatehouse.registry().resources;
	if (resource !== undefined) {
		if (!all.has(resource))
			throw new TestingError(`the issuer has no resource ${JSON.stringify(resource)}: there is ${[...all.keys()].join(", ") || "none"}`);
		return resource;
	}
	if (all.size > 1) throw new TestingError(`token() needs a \`resource\` where there are several: ${[...all.keys()].join(", ")}`);
	return [...all.keys()][0];
}

/** All that the client may have there; without an API, who the person is. */
function scopesOf({ gatehouse }: TokensGround, resource: string | undefined, { client_id }: TestClient): string {
	const registry = gatehouse.registry();
	const may = registry.clients.get(client_id)?.scope;
	if (resource === undefined) return "openid";
	return [...(registry.resources.get(resource)?.scopes.keys() ?? [])].filter((name) => may?.has(name)).join(" ");
}

function firstOf({ people }: TokensGround): string {
	const [first] = people.keys();
	if (first === undefined)
		throw new TestingError("the issuer has no people: name some in `people`, or a client with the grant type client_credentials");
	return first;
}
