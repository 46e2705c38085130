export { createSessions, type SessionSettings } from "./create-sessions.ts";
export { memory } from "./memory.ts";
export { type RedisClient, type RedisOptions, redis } from "./redis.ts";
export type { AccessToken, Found, Sessions, TokenOptions } from "./sessions.ts";
export type { EndReason, Lease, Named, SessionStore, StoredSession } from "./store.ts";
