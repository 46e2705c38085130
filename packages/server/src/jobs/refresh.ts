import { type Registry, registryOf, resolveClient, resolveResource } from "../model/index.ts";
import type { ClientStore, KeyRow, KeyStore, KnownLogo, LogoStore, ResourceStore, SettingStore } from "../store/store.ts";

/** What the caches are read from. */
export interface RefreshGround {
	readonly settings: Pick<SettingStore, "version" | "get">;
	readonly clients: Pick<ClientStore, "all">;
	readonly resources: Pick<ResourceStore, "all">;
	readonly keys: Pick<KeyStore, "all">;
	readonly logos: Pick<LogoStore, "all">;
	/** Takes what was read; called only when something changed. */
	readonly take: (
		registry: Registry,
		keys: readonly KeyRow[],
		more: { readonly pairwiseKey: string | undefined; readonly logos: readonly KnownLogo[] },
	) => void;
}

/**
 * Reads clients, resources, keys and what is known of logos again when the store's version says that one of them changed: one cheap read when
 * nothing did. Whatever another process writes is effective here within one round (D9).
 *
 * @returns the job; each run answers whether anything changed
 */
export function createRefresh(ground: RefreshGround): () => Promise<boolean> {
	let known = -1;
	return async () => {
		const version = await ground.settings.version();
		if (version === known) return false;
		const [clients, resources, keys, pairwiseKey, logos] = await Promise.all([
			ground.clients.all(),
			ground.resources.all(),
			ground.keys.all(),
			ground.settings.get("pairwiseKey"),
			ground.logos.all(),
		]);
		ground.take(registryOf(version, clients.map(resolveClient), resources.map(resolveResource)), keys, { pairwiseKey, logos });
		known = version;
		return true;
	};
}
