export { createOutbound, type OutboundSettings } from "./create-outbound.ts";
export { createGuard, type GuardSettings } from "./guard.ts";
export { createKeySets, type KeysOf } from "./key-sets.ts";
export { type Outbound, type OutboundAnswer, OutboundFailure, type OutboundLimits } from "./outbound.ts";
