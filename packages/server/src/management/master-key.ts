import { isDeepStrictEqual } from "node:util";
import type { ClientStore, KeyRow, KeyStore, SettingStore } from "../store/store.ts";
import type { Secrets } from "../tokens/tokens.ts";

/** What looking for uses of the master key takes of the ground. */
export interface MasterKeyUseGround {
	readonly settings: Pick<SettingStore, "masterKeyVersionsInUse" | "get">;
	readonly clients: Pick<ClientStore, "all">;
	readonly keys: Pick<KeyStore, "all">;
	readonly secrets: Pick<Secrets, "sealedUnder">;
}

/** What sealing anew takes of the ground. */
export interface MasterKeyGround {
	readonly settings: Pick<SettingStore, "get" | "set">;
	readonly clients: Pick<ClientStore, "all" | "put">;
	readonly keys: KeyStore;
	readonly secrets: Pick<Secrets, "renew">;
	/** Seals the private half of a signing key under the newest master key. */
	readonly renewKey: (row: KeyRow) => KeyRow;
	/** Seals the key of pairwise subjects under the newest master key. */
	readonly renewPairwiseKey: (sealed: string) => string;
	readonly masterKeys: { readonly check: string };
}

/** Something that needs a version of the master key. */
export interface MasterKeyUse {
	readonly version: number;
	readonly by: "refresh tokens" | "client secrets" | "signing keys" | "pairwise subjects";
	/** Epoch milliseconds; absent: until it is sealed anew, which every start does. */
	readonly until?: number;
}

/** What needs which version of the master key. */
export async function masterKeyUses(ground: MasterKeyUseGround, now: number): Promise<readonly MasterKeyUse[]> {
	const [families, clients, keys, pairwiseKey] = await Promise.all([
		ground.settings.masterKeyVersionsInUse(now),
		ground.clients.all(),
		ground.keys.all(),
		ground.settings.get("pairwiseKey"),
	]);
	const versions = (sealed: readonly string[]) => [...new Set(sealed.flatMap((one) => ground.secrets.sealedUnder(one) ?? []))];
	const secrets = versions(clients.flatMap((client) => client.secrets.map(({ sealed }) => sealed)));
	const privates = versions(keys.flatMap(({ sealedPrivate }) => sealedPrivate ?? []));
	return [
		...families.map(({ version, until }) => ({ version, by: "refresh tokens" as const, until })),
		...secrets.map((version) => ({ version, by: "client secrets" as const })),
		...privates.map((version) => ({ version, by: "signing keys" as const })),
		...versions(pairwiseKey === undefined ? [] : [pairwiseKey]).map((version) => ({ version, by: "pairwise subjects" as const })),
	];
}

/**
 * Why a list of master keys will not do: a version that something still needs is not listed. One sentence for each.
 */
export async function masterKeyFaults(
	ground: MasterKeyUseGround & { readonly masterKeys: { readonly versions: readonly number[] } },
	now: number,
): Promise<readonly string[]> {
	const missing = (await masterKeyUses(ground, now)).filter(({ version }) => !ground.masterKeys.versions.includes(version));
	return missing.map(({ by, until }) => {
		const end = until === undefined ? "until they are sealed anew" : `until ${new Date(until).toISOString()}`;
		return `lacks a key that ${by} of the store need ${end}: list the former master key after the newest`;
	});
}

/**
 * Seals what the store keeps under the newest master key, so that older ones are needed only by refresh tokens and what
 * travels. Safe to call at every start and by every replica.
 *
 * @returns how many rows were sealed anew
 */
export async function sealAnew(ground: MasterKeyGround): Promise<number> {
	const clients = (await ground.clients.all()).flatMap((row) => {
		const secrets = row.secrets.map(ground.secrets.renew);
		return isDeepStrictEqual(secrets, row.secrets) ? [] : [{ ...row, secrets }];
	});
	await Promise.all(clients.map((row) => ground.clients.put(row, [])));
	const version = await ground.keys.version();
	const keys = (await ground.keys.all()).flatMap((row) => {
		const renewed = row.revokedAt === undefined ? ground.renewKey(row) : row;
		return renewed === row ? [] : [renewed];
	});
	// Another process that changed the keys meanwhile seals them anew itself, or the next start does.
	const written = keys.length > 0 && (await ground.keys.put(keys, [], version));
	const anew = clients.length + (written ? keys.length : 0) + (await sealPairwiseKeyAnew(ground));
	// Last: from here on the store is opened by the newest key, and the former one may leave the list when its time has come.
	if ((await ground.settings.get("masterKeyCheck")) !== ground.masterKeys.check)
		await ground.settings.set("masterKeyCheck", ground.masterKeys.check);
	return anew;
}

/** Whoever else does so meanwhile seals the same key: the last of them stands. */
async function sealPairwiseKeyAnew(ground: Pick<MasterKeyGround, "settings" | "renewPairwiseKey">): Promise<number> {
	const sealed = await ground.settings.get("pairwiseKey");
	const renewed = sealed === undefined ? undefined : ground.renewPairwiseKey(sealed);
	if (renewed === undefined || renewed === sealed) return 0;
	await ground.settings.set("pairwiseKey", renewed);
	return 1;
}

/** Sees to it that the store has a key to make pairwise subjects with: of all replicas that start, one makes it, and all use it. */
export async function ensurePairwiseKey(ground: {
	readonly settings: Pick<SettingStore, "get" | "setFirst">;
	readonly makePairwiseKey: () => string;
}): Promise<void> {
	if ((await ground.settings.get("pairwiseKey")) === undefined) await ground.settings.setFirst("pairwiseKey", ground.makePairwiseKey());
}
