import { isDeepStrictEqual } from "node:util";
import type { ClientStore, KeyRow, KeyStore, SettingStore } from "../store/store.ts";
import type { Secrets } from "../tokens/tokens.ts";

/** What the rules about the master key take of the ground. */
export interface MasterKeyGround {
	readonly settings: Pick<SettingStore, "masterKeyVersionsInUse">;
	readonly clients: Pick<ClientStore, "all" | "put">;
	readonly keys: KeyStore;
	readonly secrets: Pick<Secrets, "sealedUnder" | "renew">;
	/** Seals the private half of a signing key under the newest master key. */
	readonly renewKey: (row: KeyRow) => KeyRow;
	readonly masterKeys: { readonly newest: number; readonly versions: readonly number[] };
}

/** Something that needs a version of the master key. */
export interface MasterKeyUse {
	readonly version: number;
	readonly by: "refresh tokens" | "client secrets" | "signing keys";
	/** Epoch milliseconds; absent: until it is sealed anew, which every start does. */
	readonly until?: number;
}

/** What needs which version of the master key. */
export async function masterKeyUses(
	ground: Omit<MasterKeyGround, "renewKey" | "masterKeys">,
	now: number,
): Promise<readonly MasterKeyUse[]> {
	const [families, clients, keys] = await Promise.all([
		ground.settings.masterKeyVersionsInUse(now),
		ground.clients.all(),
		ground.keys.all(),
	]);
	const versions = (sealed: readonly string[]) => [...new Set(sealed.flatMap((one) => ground.secrets.sealedUnder(one) ?? []))];
	const secrets = versions(clients.flatMap((client) => client.secrets.map(({ sealed }) => sealed)));
	const privates = versions(keys.flatMap(({ sealedPrivate }) => sealedPrivate ?? []));
	return [
		...families.map(({ version, until }) => ({ version, by: "refresh tokens" as const, until })),
		...secrets.map((version) => ({ version, by: "client secrets" as const })),
		...privates.map((version) => ({ version, by: "signing keys" as const })),
	];
}

/**
 * Why a list of master keys will not do: a version that something still needs is not listed. One sentence for each.
 */
export async function masterKeyFaults(ground: Omit<MasterKeyGround, "renewKey">, now: number): Promise<readonly string[]> {
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
	return clients.length + (written ? keys.length : 0);
}
