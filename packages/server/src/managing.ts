import { availableParallelism } from "node:os";
import type { Ground } from "./ground.ts";
import { type Declared, declare } from "./management/declare.ts";
import { ensureKeys } from "./management/keys.ts";
import { ensurePairwiseKey, masterKeyFaults, sealAnew } from "./management/master-key.ts";
import { commonPasswords } from "./management/password-rules.ts";
import type { Event } from "./model/index.ts";
import { StoreUnusable } from "./store/store.ts";
import { createPairwiseKey, createSigningKey, renewPairwiseKey, renewSigningKey } from "./tokens/index.ts";

/** The slices of the ground that the rules of management take. */
export function managing(ground: Ground, actor: NonNullable<Event["actor"]>) {
	const { store, tokens, masterKeys, random, newEvent, world, outbound } = ground;
	const { secrets, passwords } = tokens;
	return {
		...store,
		secrets,
		masterKeys,
		newEvent,
		actor,
		hashPassword: passwords.hash,
		verifyPassword: passwords.verify,
		commonPasswords,
		whyNotCalled: outbound.whyNot,
		newPersonId: random.id,
		newTokenId: random.id,
		registrationTokens: tokens.registrationTokens,
		parallel: availableParallelism(),
		makeKey: (alg: Parameters<typeof createSigningKey>[0], times: Parameters<typeof createSigningKey>[2]) =>
			createSigningKey(alg, secrets, times, world.generateKeyPair),
		renewKey: (row: Parameters<typeof renewSigningKey>[0]) => renewSigningKey(row, secrets, masterKeys.newest),
		makePairwiseKey: () => createPairwiseKey({ secrets, random }),
		renewPairwiseKey: (sealed: string) => renewPairwiseKey(sealed, secrets, masterKeys.newest),
	};
}

/**
 * What every start of the server sees to before it answers: that the listed master keys suffice, that there are keys to
 * sign with and one to tell people apart by, and that the store says what the file declares.
 *
 * @throws StoreUnusable, Refusal
 */
export async function prepareStore(ground: Ground): Promise<Declared | undefined> {
	const now = ground.world.now();
	const job = managing(ground, "job");
	const [fault] = await masterKeyFaults(job, now);
	if (fault !== undefined) throw new StoreUnusable(`masterKey ${fault}`);
	await sealAnew(job);
	await ensureKeys(job, ground.configuration.signing.rotateAfter, now);
	await ensurePairwiseKey(job);
	const { declaration } = ground.configuration;
	return declaration && declare(declaration, { ...managing(ground, "file"), progress: progressOf(ground) }, now);
}

/** Hashing many passwords takes a while: whoever waits is told how far it is, each tenth of the way. */
function progressOf(ground: Ground): (done: number, total: number) => void {
	let told = 0;
	return (done, total) => {
		const tenth = Math.floor((10 * done) / total);
		if (total < 200 || tenth <= told) return;
		told = tenth;
		ground.world.log.info({ done, total }, "hashing the passwords of the file");
	};
}
