import type { PublicJwk, SigningAlgorithm } from "@gatehouse/protocol";
import type { Client } from "../model/index.ts";
import { OutboundFailure } from "../outbound/outbound.ts";
import type { ClientJws, ClientSignatures } from "../tokens/tokens.ts";

/** What judging a JWT of a client takes of the ground. */
export interface ClientJwtGround {
	readonly issuer: string;
	readonly clientSignatures: ClientSignatures;
	/**
	 * All public keys of a client; an unknown `kid` may have them fetched anew.
	 *
	 * @throws OutboundFailure when they cannot be had
	 */
	readonly clientKeys: (client: Client, kid: string | undefined, now: number) => Promise<readonly PublicJwk[]>;
}

/** How far the clock of a client may be from ours, in milliseconds (D3). */
export const skew = 10_000;

/** Why the times of a JWT are none or are not now, those of them that are there; undefined when it holds (RFC 7519 §4.1.4–4.1.6). */
export function timeFault({ exp, iat, nbf }: ClientJws["claims"], now: number): string | undefined {
	if (exp !== undefined && !isInstant(exp)) return "has an `exp` that is no number";
	if (exp !== undefined && exp * 1000 + skew <= now) return "has expired";
	for (const [name, value] of Object.entries({ iat, nbf })) {
		if (value === undefined) continue;
		if (!isInstant(value)) return `has an \`${name}\` that is no number`;
		if (value * 1000 > now + skew) return `has an \`${name}\` that lies ahead`;
	}
	return undefined;
}

/** Seconds since the epoch, fractions too (RFC 7519 §2). */
export function isInstant(value: unknown): value is number {
	return typeof value === "number";
}

/**
 * Why a JWT is not one that this client signed; undefined when it is.
 *
 * @param only the one algorithm that the client is registered for
 * @returns the end of a sentence that begins with the JWT
 */
export async function signatureFault(
	jws: ClientJws,
	client: Client,
	only: SigningAlgorithm | undefined,
	ground: ClientJwtGround,
	now: number,
): Promise<{ readonly text: string; readonly cause?: Error } | undefined> {
	try {
		const text = ground.clientSignatures.whyNot(jws, await ground.clientKeys(client, jws.kid, now), only);
		return text === undefined ? undefined : { text };
	} catch (cause) {
		if (!(cause instanceof OutboundFailure)) throw cause;
		return { text: "is signed with keys that cannot be fetched from the client's `jwks_uri`", cause };
	}
}
