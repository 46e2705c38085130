import type { RegistrationStore, RegistrationToken } from "../store/store.ts";
import type { RegistrationTokens } from "../tokens/tokens.ts";
import type { NewEvent } from "./new-event.ts";
import { NotFound } from "./refusal.ts";

/** What the rules about initial access tokens take of the ground. */
export interface RegistrationTokensGround {
	readonly registrations: Pick<RegistrationStore, "addToken" | "tokens" | "revokeToken">;
	readonly registrationTokens: Pick<RegistrationTokens, "createInitial">;
	readonly newTokenId: (now: number) => string;
	readonly newEvent: NewEvent;
}

/**
 * Makes an initial access token (RFC 7591 §3): whoever has it may register so many clients within its lifetime.
 *
 * @param about how many, for how many milliseconds, and what an operator writes beside it
 * @returns the token, which is shown this once
 */
export async function createRegistrationToken(
	ground: RegistrationTokensGround,
	{ uses, lifetime, note }: { readonly uses: number; readonly lifetime: number; readonly note?: string },
	now: number,
): Promise<{ readonly made: RegistrationToken; readonly token: string }> {
	const id = ground.newTokenId(now);
	const { token, hash } = ground.registrationTokens.createInitial(id);
	const made: RegistrationToken = {
		id,
		tokenHash: hash,
		...(note === undefined ? {} : { note }),
		usesLeft: uses,
		createdAt: now,
		expiresAt: now + lifetime,
	};
	await ground.registrations.addToken(made, [
		ground.newEvent(now, { type: "registration_token.created", actor: "operator", data: { registrationTokenId: id, uses } }),
	]);
	return { made, token };
}

/** All of them, newest first, and why each allows nothing any more, where that is so. */
export async function listRegistrationTokens(
	ground: Pick<RegistrationTokensGround, "registrations">,
	now: number,
): Promise<readonly (RegistrationToken & { readonly state: "alive" | "used up" | "expired" | "revoked" })[]> {
	return (await ground.registrations.tokens()).map((token) => ({ ...token, state: stateOf(token, now) }));
}

function stateOf({ revokedAt, usesLeft, expiresAt }: RegistrationToken, now: number): "alive" | "used up" | "expired" | "revoked" {
	if (revokedAt !== undefined) return "revoked";
	if (usesLeft === 0) return "used up";
	return expiresAt <= now ? "expired" : "alive";
}

/**
 * Revokes one: it registers nobody any more. Clients that it registered stay.
 *
 * @throws NotFound when there is none of that id that is not revoked already.
 */
export async function revokeRegistrationToken(ground: RegistrationTokensGround, id: string, now: number): Promise<void> {
	const told = ground.newEvent(now, { type: "registration_token.revoked", actor: "operator", data: { registrationTokenId: id } });
	if (await ground.registrations.revokeToken(id, now, [told])) return;
	throw new NotFound(
		"registration token",
		id,
		`there is no registration token ${id} that is not revoked`,
		"`gatehouse registration-token list` shows which there are",
	);
}
