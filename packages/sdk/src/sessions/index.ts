export { createSessions } from "./create-sessions.ts";
export { memory } from "./memory.ts";
export type { RedisClient } from "./redis/connection.ts";
export { type RedisOptions, redis } from "./redis/redis.ts";
export type { Sessions } from "./sessions.ts";
export type { SessionStore } from "./store.ts";
