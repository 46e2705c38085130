import { type ClaimsRequest, OAuthError } from "@gatehouse/protocol";
import {
	type AuthorizationRequest,
	type Consent,
	covers,
	type Interaction,
	isMember,
	isPublic,
	type Person,
	type Registry,
	type SessionStanding,
	type Settled,
} from "../model/index.ts";
import { returnsToDevice } from "../model/redirect-uri.ts";
import { claimsAllowed } from "./person-claims.ts";
import type { SubjectGround } from "./subject.ts";

/** What a decision looks at beside the request and the person. */
export interface DecisionGround extends SubjectGround {
	/** One snapshot for the whole request. */
	readonly registry: Registry;
}

/** What a valid request comes to. */
export type Decision =
	| {
			readonly kind: "grant";
			readonly session: SessionStanding;
			readonly scope: readonly string[];
			readonly claims: ClaimsRequest | undefined;
	  }
	| { readonly kind: "interact"; readonly page: Interaction; readonly settled: Settled };

/**
 * Decides a valid request, without I/O (OpenID Connect Core §3.1.2.3 and §3.1.2.4): is the person signed in freshly
 * enough, is it the account they mean, do they allow it? What a page has settled for this request and this session is
 * not asked again.
 *
 * @throws OAuthError `login_required`, `consent_required`, `interaction_required`, `account_selection_required` under `prompt=none`; `access_denied`.
 */
export function decide(
	request: AuthorizationRequest,
	session: SessionStanding | undefined,
	consent: Consent | undefined,
	settledBefore: Settled,
	ground: DecisionGround,
	now: number,
): Decision {
	const { client, prompt } = request;
	const { registry, subjectOf } = ground;
	const settled = settledFor(settledBefore, session?.session.id);
	const silent = prompt.has("none");
	const ask = (page: Interaction, code: "login_required" | "consent_required" | "interaction_required", why: string): Decision => {
		if (silent) throw new OAuthError(code, why);
		return { kind: "interact", page, settled };
	};

	const fresh = settled.authenticated !== undefined;
	if (!session) return ask("login", "login_required", "nobody is signed in");
	if (!fresh && prompt.has("login")) return ask("login", "login_required", "the app wants a new sign-in");
	if (!fresh && request.maxAge !== undefined && (request.maxAge === 0 || now - session.session.authTime > request.maxAge * 1000))
		return ask("login", "login_required", "the last sign-in is older than `max_age`");
	if (request.hinted.some((hint) => !hint.subjects.includes(subjectOf(session.person.id, hint.client)))) {
		if (fresh) throw new OAuthError("login_required", "somebody else signed in than the request names");
		return ask("login", "login_required", "another person is signed in than the request names");
	}
	if (prompt.has("select_account") && !fresh && !settled.account) return { kind: "interact", page: "select-account", settled };

	const allowed = allowedTo(session.person, request.scope, registry);
	if (settled.consent && "denied" in settled.consent) throw new OAuthError("access_denied", "the person said no");
	if (!settled.consent && consentIsAsked(request, [...allowed, ...request.claimScope], consent))
		return ask("consent", "consent_required", "the person has not allowed this yet");
	const proven = fresh || settled.continued || settled.consent;
	if (!proven && client.firstParty && client.native && returnsToDevice(request.redirectUri))
		return ask("continue", "interaction_required", "an app on a device is confirmed each time (RFC 8252, 8.6)");
	const answer = settled.consent && "scope" in settled.consent ? settled.consent.scope : undefined;
	const scope = answer ? allowed.filter((name) => name === "openid" || answer.includes(name)) : allowed;
	if (!grantsSomething(scope, registry)) throw new OAuthError("access_denied", "nothing of what was asked for was allowed");
	const claims = request.claims && answer ? claimsAllowed(request.claims, new Set(answer)) : request.claims;
	return { kind: "grant", session, scope, claims };
}

/** The scopes of a request that this person may have: those that name groups need a member (interface: groups). */
export function allowedTo(person: Person, scope: readonly string[], registry: Registry): readonly string[] {
	const allowed = scope.filter((name) => isMember(person, registry.resourceOfScope.get(name)?.scopes.get(name)?.groups));
	if (!grantsSomething(allowed, registry))
		throw new OAuthError("access_denied", "the person is in no group that may have what was asked for");
	return allowed;
}

function grantsSomething(scope: readonly string[], registry: Registry): boolean {
	return scope.some((name) => name === "openid" || registry.resourceOfScope.has(name));
}

/** Asked of people for every app that is not the company's own; remembered only where the client proves who it is (RFC 6749 §10.2). */
function consentIsAsked(request: AuthorizationRequest, scope: readonly string[], consent: Consent | undefined): boolean {
	if (request.prompt.has("consent")) return true;
	if (request.client.firstParty) return false;
	return isPublic(request.client) || !covers(consent, scope);
}

/** An answer counts for the session it was given in, and for no other. */
function settledFor(settled: Settled, sessionId: string | undefined): Settled {
	if (sessionId === undefined) return {};
	return Object.fromEntries(Object.entries(settled).filter(([, answer]) => answer?.sessionId === sessionId));
}
