import type { PrivateKeyAuth } from "@gatehouse/sdk/machine";
import type { Parties } from "../parties.ts";
import type { Jwk } from "./jwt.ts";
import type { Walk } from "./walk.ts";
import type { ClientIdentity } from "./wire.ts";

/** What every chapter needs. */
export interface Tour {
	readonly walk: Walk;
	readonly parties: Parties;
	/** The clients, as they say who they are. */
	readonly clients: Readonly<Record<"portal" | "shop" | "analytics" | "terminal" | "nightJob" | "crmApi", ClientIdentity>>;
	/** How the night job proves itself: it has no secret to write here. */
	readonly nightJobKey: PrivateKeyAuth;
}

/** The provider as its own documents describe it. */
export interface Provider {
	readonly issuer: string;
	readonly authorizationEndpoint: string;
	readonly tokenEndpoint: string;
	readonly userinfoEndpoint: string;
	readonly introspectionEndpoint: string;
	readonly revocationEndpoint: string;
	readonly endSessionEndpoint: string;
	readonly keys: readonly Jwk[];
}

/** What the token endpoint gave (RFC 6749 §5.1). What did not come is empty. */
export interface Tokens {
	readonly accessToken: string;
	readonly refreshToken: string;
	readonly idToken: string;
	readonly scope: string;
}

export function tokensIn(json: Readonly<Record<string, unknown>>): Tokens {
	const text = (name: string) => (typeof json[name] === "string" ? json[name] : "");
	return { accessToken: text("access_token"), refreshToken: text("refresh_token"), idToken: text("id_token"), scope: text("scope") };
}
