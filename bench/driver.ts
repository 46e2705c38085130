import { hash, randomBytes } from "node:crypto";
import { FORM, type HttpAnswer, type HttpClient, header, openHttpClient, refusal } from "./http-client.ts";
import type { Client, Target } from "./target.ts";

/** Endpoint paths and what else the driver reads from the discovery document. */
interface Endpoints {
	readonly authorize: string;
	readonly token: string;
	readonly introspect: string;
	readonly userinfo: string;
	readonly jwks: string;
}

/** Someone with a session at the target. */
export interface Person {
	readonly name: string;
	/** The Cookie header of their browser. */
	readonly cookie: string;
	/** Their `sub`, once an ID token has told it. */
	readonly subject: string | undefined;
}

/** Which API the access token of a code flow is for: the registered one, or userinfo. */
export type Flow = "api" | "userinfo";

/** An authorization request, with the secrets that its code will be redeemed with. */
interface AuthorizationRequest {
	readonly path: string;
	readonly verifier: string;
	readonly nonce: string;
	readonly flow: Flow;
}

/** A refresh token family and where it stands. */
export interface Family {
	readonly person: Person;
	readonly nonce: string;
	current: string;
}

/** The answer to a code flow, with what it must say. */
interface CodeFlowAnswer {
	readonly kind: "code flow";
	readonly body: string;
	readonly person: Person;
	readonly nonce: string;
	readonly flow: Flow;
}

/** One answer of a measured operation, with what it must say. */
export type Answer =
	| CodeFlowAnswer
	| { readonly kind: "refresh"; readonly body: string; readonly person: Person; readonly nonce: string }
	| { readonly kind: "introspection" | "userinfo"; readonly body: string; readonly person: Person }
	| { readonly kind: "client credentials" | "jwks" | "discovery"; readonly body: string };

/** The steps of the protocol against one target. Each throws, without the values involved, when the answer is not the right kind. */
export interface Driver {
	readonly target: Target;
	readonly http: HttpClient;
	authorizationRequest(flow: Flow, person?: string): AuthorizationRequest;
	/** The code in the redirect that answers a request, once state and iss (RFC 9207) have been compared. */
	codeOf(callback: URL, request: AuthorizationRequest): string;
	/** Sends an authorization request on an existing session. */
	authorize(request: AuthorizationRequest, person: Person): Promise<string>;
	exchange(code: string, request: AuthorizationRequest, verifier?: string): Promise<HttpAnswer>;
	redeem(code: string, request: AuthorizationRequest, person: Person): Promise<CodeFlowAnswer>;
	codeFlow(person: Person, flow?: Flow): Promise<CodeFlowAnswer>;
	presentRefreshToken(token: string): Promise<HttpAnswer>;
	refresh(family: Family): Promise<Answer>;
	clientCredentials(): Promise<Answer>;
	/** The token request of client credentials with any secret, its answer unjudged. */
	authenticate(client: Client): Promise<HttpAnswer>;
	introspect(token: string): Promise<HttpAnswer>;
	introspection(token: string, person: Person): Promise<Answer>;
	presentAccessToken(token: string): Promise<HttpAnswer>;
	userinfo(token: string, person: Person): Promise<Answer>;
	jwks(): Promise<Answer>;
	discovery(): Promise<Answer>;
}

const DISCOVERY = "/.well-known/openid-configuration";
const JSON_ONLY = { accept: "application/json" } as const;

/** The form headers of a client that authenticates by client_secret_basic (RFC 6749 §2.3.1). */
function asClient({ id, secret }: Client): Record<string, string> {
	return { ...FORM, authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}` };
}

function form(fields: Readonly<Record<string, string>>): string {
	return new URLSearchParams(fields).toString();
}

function succeeded(what: string, answer: HttpAnswer): string {
	if (answer.status !== 200) throw new Error(`${what} answered ${refusal(answer)}`);
	return answer.body;
}

/** A string member of a JSON object, found without parsing the whole of it. */
function member(body: string, name: string): string | undefined {
	return new RegExp(`"${name}":\\s*"([^"]*)"`).exec(body)?.[1];
}

/** Pairs made in advance: the measured time is the server's, not the driver's. */
function pkcePairs(count: number): () => { verifier: string; challenge: string } {
	const pairs = Array.from({ length: count }, () => {
		const verifier = randomBytes(32).toString("base64url");
		return { verifier, challenge: hash("sha256", verifier, "base64url") };
	});
	let turn = 0;
	return () => pairs[turn++ % count]!;
}

async function discover(http: HttpClient, target: Target): Promise<Endpoints> {
	const metadata = JSON.parse(succeeded("discovery", await http.request("GET", DISCOVERY, JSON_ONLY))) as Record<string, unknown>;
	if (metadata.issuer !== target.issuer) throw new Error("discovery names another issuer");
	const path = (name: string): string => {
		const url = metadata[name];
		if (typeof url !== "string" || !url.startsWith(`${http.origin}/`)) throw new Error(`discovery names no ${name} at the issuer`);
		return url.slice(http.origin.length);
	};
	return {
		authorize: path("authorization_endpoint"),
		token: path("token_endpoint"),
		introspect: path("introspection_endpoint"),
		userinfo: path("userinfo_endpoint"),
		jwks: path("jwks_uri"),
	};
}

/** Reads the target's discovery document and opens `connections` connections to it. */
export async function openDriver(target: Target, connections: number): Promise<Driver> {
	const { clients, redirectUri, api, apiScope } = target.registration;
	const http = openHttpClient(new URL(target.issuer).origin, connections);
	const endpoints = await discover(http, target);
	const nextPkce = pkcePairs(512);
	let serial = 0;

	const common = { client_id: clients.web.id, response_type: "code", redirect_uri: redirectUri, code_challenge_method: "S256" };
	const authorizeQuery: Record<Flow, string> = {
		api: form({ ...common, scope: `openid profile email offline_access ${apiScope}`, resource: api }),
		userinfo: form({ ...common, scope: "openid profile email" }),
	};
	const exchangeForm: Record<Flow, string> = {
		api: form({ grant_type: "authorization_code", redirect_uri: redirectUri, resource: api }),
		userinfo: form({ grant_type: "authorization_code", redirect_uri: redirectUri }),
	};
	const refreshForm = form({ grant_type: "refresh_token", resource: api });
	const serviceForm = form({ grant_type: "client_credentials", scope: apiScope, resource: api });
	const asWeb = asClient(clients.web);
	const asApi = asClient(clients.api);
	const asService = asClient(clients.service);

	const driver: Driver = {
		target,
		http,

		authorizationRequest(flow, person) {
			const { verifier, challenge } = nextPkce();
			const nonce = `nonce-${100_000 + serial++}`;
			const hint = person === undefined ? "" : `&login_hint=${encodeURIComponent(person)}`;
			const path = `${endpoints.authorize}?${authorizeQuery[flow]}&code_challenge=${challenge}&state=${nonce}&nonce=${nonce}${hint}`;
			return { path, verifier, nonce, flow };
		},
		codeOf(callback, request) {
			const answered = callback.searchParams;
			const code = answered.get("code");
			if (!code) throw new Error(`the authorization response holds no code: ${answered.get("error")}`);
			if (answered.get("state") !== request.nonce) throw new Error("the authorization response has another state");
			if (answered.get("iss") !== target.issuer) throw new Error("the authorization response names another issuer");
			return code;
		},
		async authorize(request, person) {
			const answer = await http.request("GET", request.path, { cookie: person.cookie, accept: "text/html" });
			const location = header(answer, "location");
			if ((answer.status !== 302 && answer.status !== 303) || !location?.startsWith(`${redirectUri}?`)) {
				throw new Error(`an authorization request on a session answered ${refusal(answer)} and did not lead back to the application`);
			}
			return driver.codeOf(new URL(location), request);
		},
		exchange(code, request, verifier = request.verifier) {
			const body = `${exchangeForm[request.flow]}&code=${encodeURIComponent(code)}&code_verifier=${verifier}`;
			return http.request("POST", endpoints.token, asWeb, body);
		},
		async redeem(code, request, person) {
			const body = succeeded("the code's exchange", await driver.exchange(code, request));
			return { kind: "code flow", body, person, nonce: request.nonce, flow: request.flow };
		},
		async codeFlow(person, flow = "api") {
			const request = driver.authorizationRequest(flow);
			return driver.redeem(await driver.authorize(request, person), request, person);
		},

		presentRefreshToken: (token) =>
			http.request("POST", endpoints.token, asWeb, `${refreshForm}&refresh_token=${encodeURIComponent(token)}`),
		async refresh(family) {
			const body = succeeded("the refresh", await driver.presentRefreshToken(family.current));
			const next = member(body, "refresh_token");
			if (next === undefined || next === family.current) throw new Error("the refresh token was not rotated");
			family.current = next;
			return { kind: "refresh", body, person: family.person, nonce: family.nonce };
		},

		async clientCredentials() {
			const body = succeeded("client credentials", await http.request("POST", endpoints.token, asService, serviceForm));
			return { kind: "client credentials", body };
		},
		authenticate: (client) => http.request("POST", endpoints.token, asClient(client), serviceForm),

		introspect: (token) =>
			http.request("POST", endpoints.introspect, asApi, `token=${encodeURIComponent(token)}&token_type_hint=access_token`),
		async introspection(token, person) {
			return { kind: "introspection", body: succeeded("introspection", await driver.introspect(token)), person };
		},
		presentAccessToken: (token) => http.request("GET", endpoints.userinfo, { ...JSON_ONLY, authorization: `Bearer ${token}` }),
		async userinfo(token, person) {
			return { kind: "userinfo", body: succeeded("userinfo", await driver.presentAccessToken(token)), person };
		},

		async jwks() {
			return { kind: "jwks", body: succeeded("JWKS", await http.request("GET", endpoints.jwks, JSON_ONLY)) };
		},
		async discovery() {
			return { kind: "discovery", body: succeeded("discovery", await http.request("GET", DISCOVERY, JSON_ONLY)) };
		},
	};
	return driver;
}
