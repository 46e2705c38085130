import { OAuthError } from "@gatehouse/protocol";
import type { ClientRow } from "../../model/index.ts";
import type { Registration, RegistrationStore } from "../../store/store.ts";
import type { RegistrationTokens } from "../../tokens/tokens.ts";

/** Who may register: nobody, whoever was given a token, or anybody. */
export type DynamicRegistration = "off" | "token" | "open";

/** What the question whether somebody may takes of the ground. */
export interface AccessGround {
	readonly dynamic: DynamicRegistration;
	readonly registrations: Pick<RegistrationStore, "find" | "findToken">;
	readonly registrationTokens: RegistrationTokens;
}

/** Compared with where there is nothing to compare with, so that both take the same time. */
const nothing = new Uint8Array(32);

/**
 * Lets a registration in (RFC 7591 §3): by an initial access token, or by nothing where that is open. A token that is sent
 * is judged in either case.
 *
 * @returns the id of the initial access token, of which one use is yet to be taken
 * @throws OAuthError `invalid_token`
 */
export async function admit(token: string | undefined, ground: AccessGround, now: number): Promise<string | undefined> {
	if (ground.dynamic === "off") throw closed();
	if (token === undefined) {
		if (ground.dynamic === "open") return undefined;
		throw new OAuthError("invalid_token", "registration needs an initial access token: an operator makes one");
	}
	const presented = ground.registrationTokens.parseInitial(token);
	const known = presented && (await ground.registrations.findToken(presented.id));
	const genuine = ground.registrationTokens.equal(presented?.hash ?? nothing, known?.tokenHash ?? nothing) && known !== undefined;
	if (!genuine || known.revokedAt !== undefined || known.usesLeft === 0 || known.expiresAt <= now) throw overToken();
	return known.id;
}

/** One sentence for every initial access token that allows nothing (any more). */
export function overToken(): OAuthError {
	return new OAuthError("invalid_token", "the initial access token is unknown, used up, expired or revoked");
}

/**
 * The client that a registration access token manages (RFC 7592 §2): that of the address, or none.
 *
 * @throws OAuthError `invalid_token`: alike for a client that is gone, or that an operator has switched off or taken over
 */
export async function managedBy(
	token: string | undefined,
	clientId: string,
	ground: AccessGround,
): Promise<{ readonly client: ClientRow; readonly registration: Registration; readonly token: string }> {
	if (ground.dynamic === "off") throw closed();
	if (token === undefined) throw new OAuthError("invalid_token", "no registration access token was sent");
	const hash = ground.registrationTokens.hash(token);
	const found = await ground.registrations.find(clientId);
	const genuine = ground.registrationTokens.equal(hash ?? nothing, found?.registration.tokenHash ?? nothing) && hash !== undefined;
	if (!genuine || !found || found.client.held || found.client.managedBy !== "store")
		throw new OAuthError("invalid_token", "the registration access token is not for this client, or the client is gone");
	return { ...found, token };
}

function closed(): OAuthError {
	return new OAuthError("invalid_token", "clients do not register themselves here: an operator adds them");
}
