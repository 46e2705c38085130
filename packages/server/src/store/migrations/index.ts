import { ground } from "./0001-ground.ts";
import { account } from "./0002-account.ts";
import { clientsAndLogout } from "./0003-clients-and-logout.ts";

/** Every migration there is, in order; the first is number 1. A published one is never changed, only followed. */
export const migrations: readonly string[] = [ground, account, clientsAndLogout];
