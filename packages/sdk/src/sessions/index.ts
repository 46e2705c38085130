export { createSessions, type SessionSettings } from "./create-sessions.ts";
export { memory } from "./memory.ts";
export type { RedisClient } from "./redis/connection.ts";
export { type RedisOptions, redis } from "./redis/redis.ts";
export type { AccessToken, Found, Sessions, TokenOptions } from "./sessions.ts";
export type { EndReason, Lease, Named, SessionStore, StoredSession } from "./store.ts";
