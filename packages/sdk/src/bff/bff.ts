import type { Frameworks } from "../web/frameworks.ts";

/** The back end of a front end. It reads no body that passes through, so it stands before any parser of bodies. Its functions need no `this`. */
export type Bff = Frameworks;
