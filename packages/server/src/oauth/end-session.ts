import type { Parameters } from "@gatehouse/protocol";
import type { Client, Registry, SessionStanding } from "../model/index.ts";
import type { SubjectGround } from "./subject.ts";

/** What the end-session endpoint takes of the ground. */
export interface EndSessionGround extends SubjectGround {
	readonly registry: () => Registry;
	readonly verifyIdTokenHint: (
		token: string,
		now: number,
	) => { readonly sub: string; readonly aud: string; readonly sid?: string } | undefined;
}

/** What a request to sign out comes to. */
export type EndSessionDecision =
	/** Ask the person first; `badWayBack` where the request wants them back at an address that is not registered (LO-01). */
	| { readonly kind: "confirm"; readonly client: Client | undefined; readonly returnTo: string | undefined; readonly badWayBack: boolean }
	/** End the session of the cookie, if there is one, and go where it says; without `returnTo` to the signed-out page. */
	| { readonly kind: "end"; readonly client: Client | undefined; readonly returnTo: string | undefined };

/**
 * RP-Initiated Logout §2 and §3: a session ends only through its cookie. A genuine hint of that very session ends it at
 * once; everything else asks the person (LO-03). The way back is one that the named client registered, or none (LO-01).
 */
export function decideEndSession(
	parameters: Parameters,
	session: SessionStanding | undefined,
	ground: EndSessionGround,
	now: number,
): EndSessionDecision {
	const one = (name: string) => (parameters.repeated.has(name) ? undefined : parameters.values.get(name));
	const registry = ground.registry();
	const hintText = one("id_token_hint");
	const hint = hintText === undefined ? undefined : ground.verifyIdTokenHint(hintText, now);
	const hinted = hint && registry.clients.get(hint.aud);
	const namedId = one("client_id");
	const named = namedId === undefined ? undefined : registry.clients.get(namedId);
	const contradicts = hinted !== undefined && namedId !== undefined && namedId !== hinted.id;
	const client = contradicts ? undefined : (hinted ?? (hintText === undefined ? named : undefined));
	const uri = one("post_logout_redirect_uri");
	const wayBack = uri !== undefined && client?.enabled && client.postLogoutRedirectUris.includes(uri);
	const returnTo = wayBack ? withState(uri, one("state")) : undefined;

	if (!session) return { kind: "end", client, returnTo };
	const ofThisSession =
		hinted !== undefined && !contradicts && hint?.sid === session.session.id && hint.sub === ground.subjectOf(session.person.id, hinted);
	const badWayBack = uri !== undefined && returnTo === undefined;
	if (ofThisSession && !badWayBack) return { kind: "end", client, returnTo };
	return { kind: "confirm", client, returnTo, badWayBack };
}

function withState(uri: string, state: string | undefined): string {
	if (state === undefined) return uri;
	return `${uri}${uri.includes("?") ? "&" : "?"}state=${encodeURIComponent(state.toWellFormed())}`;
}
