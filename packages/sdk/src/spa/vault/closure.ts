import type { Digest } from "../../core/digest.ts";
import { createVault } from "./create-vault.ts";
import type { Vault } from "./messages.ts";
import { worldWith } from "./world.ts";

/**
 * The vault in the page itself: in no global and no storage, but in the memory that the page's scripts share. It shares no code with the core,
 * for the reason that `bff/bff-auth.ts` gives; what both need is handed in.
 */
export const openClosure = (digest: Digest): Vault => createVault(worldWith(digest));
