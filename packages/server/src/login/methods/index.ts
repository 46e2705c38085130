import type { LoginMethod } from "./method.ts";
import { password } from "./password.ts";

/** Every login method there is. */
export const loginMethods: readonly LoginMethod[] = [password];
