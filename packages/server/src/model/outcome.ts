import type { OAuthError } from "@gatehouse/protocol";
import type { Interaction, ResponseMode, WaitingRequest } from "./authorization.ts";
import type { Client } from "./client.ts";

/** Everything that a rule about the browser may conclude. Rules of the token endpoint conclude JSON, or throw an `OAuthError`. */
export type Outcome =
	/** Back to the client, with these response parameters. */
	| {
			readonly kind: "respond";
			readonly client: Client;
			readonly redirectUri: string;
			readonly responseMode: ResponseMode;
			/** What the app asked for, where the answer is a page (form_post). */
			readonly uiLocales: string | undefined;
			readonly parameters: ReadonlyMap<string, string>;
	  }
	/** On to a page of ours; the request travels sealed. */
	| { readonly kind: "interact"; readonly page: Interaction; readonly waiting: WaitingRequest }
	/** An error page of our own: the redirect URI is not known to be the client's (RFC 6749 §4.1.2.1). */
	| { readonly kind: "refuse"; readonly error: OAuthError };
