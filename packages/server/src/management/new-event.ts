import type { Event } from "../model/index.ts";

/** Makes an event: its id, and the instant it tells of. */
export type NewEvent = (now: number, event: Omit<Event, "id" | "at">) => Event;
