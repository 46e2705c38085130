export { AuthError, type AuthErrorCode } from "../client/auth-error.ts";
export {
	type ClientAuth,
	clientSecretPost,
	env,
	type PrivateKey,
	type PrivateKeyAuth,
	privateKey,
	type Secret,
} from "../client/client-auth/index.ts";
export type { AccessToken, TokenOptions } from "../core/access-token.ts";
export type { AuthAction } from "../core/auth-action.ts";
export type { ResourceOptions, Resources } from "../core/resources.ts";
export { createMachine } from "./create-machine.ts";
export { file } from "./file.ts";
export type { Machine } from "./machine.ts";
export type { MachineOptions } from "./options.ts";
