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
export type { AuthAction } from "../core/auth-action.ts";
export { memory, type RedisClient, type RedisOptions, redis, type SessionStore } from "../sessions/index.ts";
export type { Bff } from "./bff.ts";
export { createBff } from "./create-bff.ts";
export type { BffOptions } from "./options.ts";
export type { RouteOptions, Routes } from "./routes.ts";
