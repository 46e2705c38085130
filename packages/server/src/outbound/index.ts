export { createOutbound, type OutboundSettings } from "./create-outbound.ts";
export { createGuard } from "./guard.ts";
export { createKeySets, type KeysOf } from "./key-sets.ts";
export { type Outbound, type OutboundAnswer, OutboundFailure } from "./outbound.ts";
