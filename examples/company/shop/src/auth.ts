import { createAuth } from "@gatehouse/sdk/spa";
import { settings } from "./settings.ts";

/**
 * Everything about signing in is behind this one object, and where the tokens are is this one line: in the page, which needs to know who signs
 * people in and what it is called there; or behind it, where its back end keeps them. The rest of the shop is the same for both. In the page they
 * are in memory alone: what a script could read from storage, a script that got in by a fault could take away.
 */
export const auth =
	settings.bff === undefined ? createAuth({ issuer: settings.issuer, clientId: settings.clientId }) : createAuth({ bff: settings.bff });
