import { randomUUID } from "node:crypto";
import type { TokensGround } from "./access-token.ts";
import { checkNames } from "./option-names.ts";
import { named } from "./registered.ts";
import { TestingError } from "./testing-error.ts";

/** What a logout token says (OpenID Connect Back-Channel Logout §2.4). */
export interface LogoutTokenOptions {
	/** The client that it is for. */
	readonly clientId: string;
	/** Whose sessions ended: its `sub`. At least one of this and `sid`. */
	readonly person?: string;
	/** Which session ended. */
	readonly sid?: string | undefined;
	/** Claims to put in the place of the genuine ones, or to take out (`undefined`). */
	readonly claims?: Readonly<Record<string, unknown>>;
	/** The `typ` of its header; `logout+jwt` unless said. */
	readonly typ?: string;
}

/** Seconds that a logout token is good for: at most two minutes (§2.4). */
const logoutTokenLifetime = 120;

const backchannelLogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

/** A genuine logout token. */
export async function logoutToken(ground: TokensGround, options: LogoutTokenOptions): Promise<string> {
	checkNames("logoutToken()", options, ["clientId", "person", "sid", "claims", "typ"], { audience: "clientId", sub: "person" });
	const { clientId, person, sid, claims, typ = "logout+jwt" } = options;
	const client = named("client", clientId, ground.clients);
	if (person === undefined && sid === undefined)
		throw new TestingError(
			"logoutToken() needs `person`, `sid`, or both: a logout token says whose sessions ended, or which (Back-Channel Logout §2.4)",
		);
	const iat = Math.floor(ground.now() / 1000);
	return ground.gatehouse.sign(
		typ,
		{
			iss: ground.url,
			aud: clientId,
			iat,
			exp: iat + logoutTokenLifetime,
			jti: randomUUID(),
			events: { [backchannelLogoutEvent]: {} },
			...(person === undefined ? {} : { sub: named("person", person, ground.people).sub }),
			...(sid === undefined ? {} : { sid }),
			...claims,
		},
		client.id_token_signed_response_alg,
	);
}
