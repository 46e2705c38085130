import type { ClaimsRequest } from "@gatehouse/protocol";
import type { Client } from "./client.ts";

/** The values of `prompt` that are understood (OpenID Connect Core §3.1.2.1). */
export const promptValues = ["none", "login", "consent", "select_account"] as const;
export type Prompt = (typeof promptValues)[number];

/**
 * The values of `display` that our pages answer to (OpenID Connect Core §3.1.2.1): one design for windows and fingers. Others are
 * shown the same pages; a `popup` is not promised, because our pages cut the tie to the window that opened them.
 */
export const displayValues = ["page", "touch"] as const;

/** How the answer travels back (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode). */
export const responseModes = ["query", "form_post"] as const;
export type ResponseMode = (typeof responseModes)[number];

/** Whom the answer may be about, as one client knows them (OpenID Connect Core §3.1.2.2). */
export interface HintedSubject {
	/** One of these is the person's `sub`. */
	readonly subjects: readonly string[];
	/** The client that the `sub` was made for: the `aud` of an `id_token_hint`, or the client that asks. */
	readonly client: Pick<Client, "sector">;
}

/** A request that passed validation; frozen. */
export interface AuthorizationRequest {
	readonly client: Client;
	/** Byte-equal to a registered one, the port of a native loopback aside. */
	readonly redirectUri: string;
	readonly responseMode: ResponseMode;
	/** Asked for and allowed to the client, narrowed by `resource`. */
	readonly scope: readonly string[];
	/** Everything that was asked for and allowed, before `resource` narrowed it. */
	readonly requestedScope: readonly string[];
	readonly resourceNamed: boolean;
	readonly state?: string;
	readonly nonce?: string;
	readonly codeChallenge?: string;
	readonly prompt: ReadonlySet<Prompt>;
	/** Seconds. */
	readonly maxAge?: number;
	readonly loginHint?: string;
	/** The answer may be only about a person that all of these name: a genuine `id_token_hint`, a `sub` in `claims`. */
	readonly hinted: readonly HintedSubject[];
	/** Single claims, as far as the client's registered scopes cover them. */
	readonly claims?: ClaimsRequest;
	/** Scopes that cover a claim of `claims` and were not asked for themselves: the person is asked for them all the same. */
	readonly claimScope: readonly string[];
	readonly uiLocales?: string;
}

/** What was settled for *this* request by pages that followed it. */
export interface Settled {
	/** The person proved themselves for this request, in this session. */
	readonly authenticated?: { readonly sessionId: string; readonly authTime: number };
	/** The person chose to go on with the account of this session. */
	readonly account?: { readonly sessionId: string };
	/** The person answered the consent page. */
	readonly consent?:
		| { readonly sessionId: string; readonly scope: readonly string[] }
		| { readonly sessionId: string; readonly denied: true };
	/** The person pressed *Continue* (RFC 8252 §8.6). */
	readonly continued?: { readonly sessionId: string };
}

/** A request in waiting, as it travels sealed between pages. */
export interface WaitingRequest {
	/** Where it goes on once it is answered. Absent: to `/authorize`, which answers the app. */
	readonly leadsTo?: "/account";
	/** The parameters of the request at the address that it leads to. */
	readonly parameters: string;
	readonly settled: Settled;
	/** The browser mark it is bound to; absent: a bare request. */
	readonly browser?: string;
	/** The session it is bound to, where there was one. */
	readonly sessionId?: string;
	/** It was started again once already. */
	readonly restarted?: boolean;
	/** A sign-in form came back that fitted no more: nothing of it was evaluated, and the next sign-in page says so. */
	readonly stale?: boolean;
}

/** The pages a request may need, in the order in which they come. */
export type Interaction = "login" | "select-account" | "consent" | "continue";
