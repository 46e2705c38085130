import type { Configuration } from "../config.ts";
import type { SettingStore } from "../store/store.ts";

/** What to tell whoever looks for what the file declares in a store to which it was never applied; undefined else. */
export async function neverApplied(
	ground: { readonly settings: Pick<SettingStore, "get"> },
	{ declaration, file }: Configuration,
	what: "clients" | "people",
): Promise<string | undefined> {
	if (!declaration?.[what].length || (await ground.settings.get("declaredDigest")) !== undefined) return undefined;
	return `nothing of ${file} is applied yet: \`gatehouse serve\` applies it`;
}
