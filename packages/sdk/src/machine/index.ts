export { AuthError, type AuthErrorCode } from "../client/auth-error.ts";
export { type ClientAuth, clientSecretPost, env, type Secret } from "../client/client-auth/index.ts";
export type { AuthAction } from "../core/auth-action.ts";
export type { ResourceOptions, Resources } from "../core/resources.ts";
export { createMachine } from "./create-machine.ts";
export { file } from "./file.ts";
export type { AccessToken, Machine, TokenOptions } from "./machine.ts";
export type { MachineOptions } from "./options.ts";
