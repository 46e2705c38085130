import "../localhost.ts";
import { createWebAuth } from "@gatehouse/sdk/web";
import { parties } from "../parties.ts";
import { secretOf } from "../secrets.ts";
import { openSessionStore } from "../session-store.ts";
import { failurePage } from "./failure.ts";

/**
 * Everything about signing in is behind this one object: who signs people in, what the portal is called there and how it proves that, where
 * browsers find it, and where sessions are kept. The rest it finds by itself.
 */
export const auth = createWebAuth({
	issuer: parties.auth.origin,
	clientId: "portal",
	clientAuth: secretOf("portal"),
	origin: parties.portal.origin,
	store: openSessionStore(),
	postLogoutRedirectUri: `${parties.portal.origin}/signed-out`,
	onError: failurePage,
});
