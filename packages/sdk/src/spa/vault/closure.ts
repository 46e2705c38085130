import { createVault } from "./create-vault.ts";
import type { Vault } from "./messages.ts";
import { world } from "./world.ts";

/** The vault in the page itself: in no global and no storage, but in the memory that the page's scripts share. */
export const openClosure = (): Vault => createVault(world);
