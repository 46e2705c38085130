import { formatParameters, OAuthError, type Parameters } from "@gatehouse/protocol";
import type {
	AuthorizationRequest,
	Client,
	Code,
	Consent,
	Outcome,
	Registry,
	SessionStanding,
	Settled,
	WaitingRequest,
} from "../model/index.ts";
import { matchesRegistered } from "../model/redirect-uri.ts";
import { validateAuthorizationRequest } from "./authorization-request.ts";
import { allowedTo, decide } from "./decide.ts";
import { type RequestObjectGround, type Unpacked, unpacked } from "./request-object.ts";
import type { SubjectGround } from "./subject.ts";

/** What the authorization endpoint takes of the ground. */
export interface AuthorizeGround extends RequestObjectGround, SubjectGround {
	readonly registry: () => Registry;
	readonly consents: { find(personId: string, clientId: string): Promise<Consent | undefined> };
	/** Whom a genuine ID token names, and to which client. */
	readonly verifyIdTokenHint: (token: string, now: number) => { readonly sub: string; readonly aud: string } | undefined;
	readonly sealCode: (code: Code, now: number) => string;
	readonly newGrantId: (now: number) => string;
}

/** One request at the authorization endpoint, with what the door knows of the browser. */
export interface AuthorizeRequest {
	readonly parameters: Parameters;
	/** What was settled for this request, when it comes back from a page. */
	readonly settled: Settled;
	readonly restarted: boolean;
	/** Its parameters came in a request object, which was unpacked before it waited. */
	readonly signed?: boolean;
	/** It comes back because a sign-in form fitted no more. */
	readonly stale?: boolean;
	/** The browser's mark, to which a waiting request is bound. */
	readonly browser: string;
	/** The live session of the cookie. */
	readonly session: SessionStanding | undefined;
}

/**
 * The authorization endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2): runs from the top each time a request
 * arrives, whether it is new or comes back from a page with what was settled. Writes nothing.
 *
 * Until the client and its redirect URI are known to belong together, errors are shown here; from then on they go back
 * to the client (RFC 6749 §4.1.2.1).
 *
 * @example const outcome = await authorize({ parameters, settled: {}, restarted: false, browser, session }, ground, now);
 */
export async function authorize(request: AuthorizeRequest, ground: AuthorizeGround, now: number): Promise<Outcome> {
	let client: Client;
	let redirectUri: string;
	let asked: Unpacked | undefined;
	try {
		client = knownClient(request.parameters, ground.registry());
		asked = await unpacked(request.parameters, request.signed === true, client, ground, now);
		redirectUri = registeredRedirectUri(asked.parameters, client);
	} catch (error) {
		if (error instanceof OAuthError) return { kind: "refuse", error: asked?.refusal ?? error };
		throw error;
	}
	const { parameters, signed, refusal } = asked;
	const once = (name: string) => (parameters.repeated.has(name) ? undefined : parameters.values.get(name));
	const back = { redirectUri, state: once("state"), uiLocales: once("ui_locales") };
	try {
		if (refusal) throw refusal;
		const valid = validateAuthorizationRequest(parameters, client, redirectUri, ground, now);
		return await conclude(valid, { ...request, parameters, signed }, ground, now);
	} catch (error) {
		if (!(error instanceof OAuthError)) throw error;
		return respond(ground.issuer, client, back, responseModeOf(parameters), [
			["error", error.code],
			["error_description", error.message],
		]);
	}
}

async function conclude(valid: AuthorizationRequest, request: AuthorizeRequest, ground: AuthorizeGround, now: number): Promise<Outcome> {
	const { client } = valid;
	// One snapshot for the whole request, whatever changes while the store answers.
	const registry = ground.registry();
	const person = request.session?.person;
	const consent = person && (await ground.consents.find(person.id, client.id));
	const decision = decide(valid, request.session, consent, request.settled, { registry, subjectOf: ground.subjectOf }, now);
	if (decision.kind === "interact") {
		const waiting: WaitingRequest = {
			parameters: formatParameters(request.parameters.values, request.parameters.resources),
			settled: decision.settled,
			browser: request.browser,
			...(request.session ? { sessionId: request.session.session.id } : {}),
			...(request.restarted ? { restarted: true } : {}),
			...(request.signed ? { signed: true } : {}),
			...(request.stale && decision.page === "login" ? { stale: true } : {}),
		};
		return { kind: "interact", page: decision.page, waiting };
	}
	const { session, scope, claims } = decision;
	const code: Code = {
		grantId: ground.newGrantId(now),
		clientId: client.id,
		redirectUri: valid.redirectUri,
		...(valid.codeChallenge === undefined ? {} : { codeChallenge: valid.codeChallenge }),
		...(valid.nonce === undefined ? {} : { nonce: valid.nonce }),
		personId: session.person.id,
		sessionId: session.session.id,
		scope,
		requestedScope: valid.requestedScope,
		resourceNamed: valid.resourceNamed,
		authTime: session.session.authTime,
		amr: session.session.amr,
		...(claims === undefined ? {} : { claims: JSON.stringify(claims) }),
		offline: scope.includes("offline_access"),
		needsConsent: !client.firstParty,
		epoch: session.epoch,
		personEpoch: session.person.epoch,
		consentEpoch: consent?.epoch ?? 0,
	};
	return respond(ground.issuer, client, valid, valid.responseMode, [["code", ground.sealCode(code, now)]]);
}

/** What a page needs to know of the request that waits for it. */
export interface Question {
	readonly client: Client;
	readonly redirectUri: string;
	readonly loginHint: string | undefined;
	readonly uiLocales: string | undefined;
	/** What the consent page asks for: scopes, and those that cover single claims. */
	readonly consentScope: readonly string[];
}

/**
 * What the person is asked on behalf of a waiting request: the same checks from the top, so that a page never shows, and
 * a form never settles, more than the request holds now.
 *
 * @returns undefined when the request does not stand any more: the way out is `/authorize`, which answers it.
 */
export function questionOf(
	parameters: Parameters,
	session: SessionStanding | undefined,
	ground: AuthorizeGround,
	now: number,
): Question | undefined {
	try {
		const client = knownClient(parameters, ground.registry());
		const redirectUri = registeredRedirectUri(parameters, client);
		const valid = validateAuthorizationRequest(parameters, client, redirectUri, ground, now);
		const scope = session ? allowedTo(session.person, valid.scope, ground.registry()) : valid.scope;
		return { client, redirectUri, loginHint: valid.loginHint, uiLocales: valid.uiLocales, consentScope: [...scope, ...valid.claimScope] };
	} catch (error) {
		if (error instanceof OAuthError) return undefined;
		throw error;
	}
}

/** The app, or the address it wants the person back at, is not known here: nobody can be told but the person. */
export class UnknownApp extends OAuthError {
	constructor(description: string, comparison: Readonly<Record<string, string>>) {
		super("invalid_request", description, { comparison });
	}
}

/** Unknown and disabled look alike: a stranger learns nothing about who is registered (AZ-09). */
function knownClient(parameters: Parameters, registry: Registry): Client {
	const id = parameters.repeated.has("client_id") ? undefined : parameters.values.get("client_id");
	const client = id === undefined ? undefined : registry.clients.get(id);
	if (!client?.enabled) throw new UnknownApp("this sign-in link names no known app", { client_id: id ?? "(none)" });
	return client;
}

/** RFC 9700 §4.1.3: compared character by character, the port of a native loopback aside (RFC 8252 §7.3). */
function registeredRedirectUri(parameters: Parameters, client: Client): string {
	const sent = parameters.repeated.has("redirect_uri") ? undefined : parameters.values.get("redirect_uri");
	if (sent === undefined || !matchesRegistered(sent, client.redirectUris, client.native)) {
		throw new UnknownApp("the address to return to is not one that this app has registered", {
			"redirect_uri sent": sent ?? "(none)",
			"redirect_uris registered": client.redirectUris.join("  ") || "(none)",
		});
	}
	return sent;
}

/** A request that is refused for another reason is still answered in the mode it asked for, if that is one of ours. */
function responseModeOf(parameters: Parameters): "query" | "form_post" {
	return !parameters.repeated.has("response_mode") && parameters.values.get("response_mode") === "form_post" ? "form_post" : "query";
}

/** Every answer names its issuer, so that a client with several cannot mix them up (RFC 9207 §2). */
function respond(
	issuer: string,
	client: Client,
	back: { readonly redirectUri: string; readonly state?: string | undefined; readonly uiLocales?: string | undefined },
	responseMode: "query" | "form_post",
	parameters: readonly (readonly [string, string])[],
): Outcome {
	const all = new Map(parameters);
	if (back.state !== undefined) all.set("state", back.state);
	all.set("iss", issuer);
	return { kind: "respond", client, redirectUri: back.redirectUri, responseMode, uiLocales: back.uiLocales, parameters: all };
}
