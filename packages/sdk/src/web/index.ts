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
export type { ResourceOptions } from "../core/resources.ts";
export type { Session, User } from "../core/session.ts";
export type { HttpRequest } from "../http/http-request.ts";
export { memory, type RedisClient, type RedisOptions, redis, type SessionStore } from "../sessions/index.ts";
export { createWebAuth } from "./create-web-auth.ts";
export type { RequiredOptions, SignInOptions, WebAuthOptions } from "./options.ts";
export type { ApiFetch, Guard, RequestAuth, WebAuth } from "./web-auth.ts";
