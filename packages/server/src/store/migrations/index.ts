import { ground } from "./0001-ground.ts";

/** Every migration there is, in order; the first is number 1. A published one is never changed, only followed. */
export const migrations: readonly string[] = [ground];
