export type { AccessToken, TokenOptions } from "../core/access-token.ts";
export type { AuthAction } from "../core/auth-action.ts";
export type { ResourceOptions } from "../core/resources.ts";
export type { Session, User } from "../core/session.ts";
export type { Auth, AuthEvents, SignInOptions, SignOutOptions, Unsubscribe } from "./auth.ts";
export { AuthError, type AuthErrorCode } from "./auth-error.ts";
export { createAuth } from "./create-auth.ts";
export type { AuthOptions, BffOptions } from "./options.ts";
export type { AuthState, AuthStatus, SignedOutReason } from "./state.ts";
