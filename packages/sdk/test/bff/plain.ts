import { createAuth } from "../../src/spa/index.ts";

/** A page without a framework, of a back end. It hands its session to the test that drives it, as no real page should. */
const auth = createAuth({ bff: "/auth" });

/** Everything that happened, in order. */
const log: string[] = [];
auth.subscribe(({ status }) => log.push(status));
for (const event of ["signed-in", "signed-out", "expired", "error"] as const) auth.on(event, () => log.push(`(${event})`));
addEventListener("pageshow", ({ persisted }) => persisted && log.push("[back]"));

Object.assign(window, { auth, log });
const { session } = await auth.ready();
document.body.textContent = session?.user.name ?? "nobody";
