import { createClientSignatures } from "./client-jws.ts";
import { createTokenIssuer } from "./issue.ts";
import type { KeyRing } from "./key-ring.ts";
import { createMacs } from "./mac.ts";
import type { MasterKeys } from "./master-key.ts";
import { createPasswords } from "./passwords.ts";
import { createRefreshTokens } from "./refresh-token.ts";
import { createRegistrationTokens } from "./registration-token.ts";
import { createSeals } from "./seal.ts";
import { createSecrets } from "./secret.ts";
import { createSessionCookies } from "./session-cookie.ts";
import { createSubjects } from "./subjects.ts";
import type {
	ClientSignatures,
	Macs,
	Passwords,
	Random,
	RefreshTokens,
	RegistrationTokens,
	Seals,
	Secrets,
	SessionCookies,
	Subjects,
	TokenIssuer,
} from "./tokens.ts";

export * from "./generate-password.ts";
export { createKeyRing, type KeyRing, type SigningKey, type VerifyingKey } from "./key-ring.ts";
export * from "./keys.ts";
export * from "./master-key.ts";
export * from "./random.ts";
export { createPairwiseKey, renewPairwiseKey } from "./subjects.ts";
export * from "./tokens.ts";

/** Everything that signs, hashes and encrypts. */
export interface Tokens {
	readonly seals: Seals;
	readonly macs: Macs;
	readonly refreshTokens: RefreshTokens;
	readonly secrets: Secrets;
	readonly subjects: Subjects;
	readonly sessionCookies: SessionCookies;
	readonly registrationTokens: RegistrationTokens;
	readonly passwords: Passwords;
	readonly tokenIssuer: TokenIssuer;
	readonly clientSignatures: ClientSignatures;
}

/** What {@link createTokens} takes. */
export interface TokensGround {
	readonly issuer: string;
	readonly masterKeys: MasterKeys;
	readonly random: Random;
	/** The ring as it is now; not asked before the first token. */
	readonly ring: () => KeyRing;
	/** How many password threads at most; absent: as many as cores. */
	readonly passwordThreads?: number;
	/** How many passwords may wait. */
	readonly passwordQueue?: number;
}

/**
 * Composes the room.
 *
 * @example
 * let ring: KeyRing;
 * const tokens = createTokens({ issuer, masterKeys, random, ring: () => ring });
 * ring = createKeyRing(await store.keys.all(), { secrets: tokens.secrets, hintLifetime: limits.sessions.absolute });
 */
export function createTokens(ground: TokensGround): Tokens {
	const { random, passwordThreads, passwordQueue } = ground;
	const refreshTokens = createRefreshTokens(ground);
	const secrets = createSecrets(ground);
	return Object.freeze({
		seals: createSeals(ground),
		macs: createMacs(ground),
		refreshTokens,
		secrets,
		subjects: createSubjects(secrets),
		sessionCookies: createSessionCookies(random),
		registrationTokens: createRegistrationTokens(random),
		passwords: createPasswords({
			random,
			...(passwordThreads !== undefined && { threads: passwordThreads }),
			...(passwordQueue !== undefined && { queue: passwordQueue }),
		}),
		tokenIssuer: createTokenIssuer({ ...ground, refreshTokens }),
		clientSignatures: createClientSignatures(),
	});
}
