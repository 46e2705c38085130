import { createAuth } from "@gatehouse/sdk/spa";
import { settings } from "./settings.ts";

/**
 * Everything about signing in is behind this one object. It needs to know who signs people in and what this app is called there; the
 * addresses of the rest it finds by itself (RFC 8414). Tokens are in its memory alone: what a script could read from storage, a script that
 * got in by a fault could take away.
 */
export const auth = createAuth({ issuer: settings.issuer, clientId: settings.clientId });
