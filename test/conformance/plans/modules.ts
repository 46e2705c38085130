import { page, type Script, signInAgain, signInAndOutHere, signInAndStay } from "../browser.ts";
import type { Expectation } from "../plan.ts";

const wrongAddress = page("error-code", "invalid_request");

/** Where modules of OpenID Connect want another page than a sign-in that succeeds. */
export const overrides: Readonly<Record<string, Script>> = {
	"oidcc-prompt-login": signInAgain,
	"oidcc-max-age-1": signInAgain,
	"oidcc-ensure-registered-redirect-uri": wrongAddress,
	"oidcc-redirect-uri-query-added": wrongAddress,
};

/** The same for clients that register themselves. */
export const dynamicOverrides: Readonly<Record<string, Script>> = {
	...overrides,
	"oidcc-ensure-redirect-uri-in-authorization-request": wrongAddress,
	"oidcc-redirect-uri-query-mismatch": wrongAddress,
	"oidcc-registration-logo-uri": page("login-submit", ".*"),
	"oidcc-registration-policy-uri": page("login-submit", ".*"),
	"oidcc-registration-tos-uri": page("login-submit", ".*"),
};

/** A request to sign out that proves nothing is put to the person, and never leads back to the app. */
const asked = signInAndStay("logout-confirm", ".+");
const logout = "oidcc-rp-initiated-logout";

export const logoutOverrides: Readonly<Record<string, Script>> = {
	[`${logout}-bad-post-logout-redirect-uri`]: asked,
	[`${logout}-query-added-to-post-logout-redirect-uri`]: asked,
	[`${logout}-modified-id-token-hint`]: asked,
	[`${logout}-bad-id-token-hint`]: asked,
	[`${logout}-no-id-token-hint`]: asked,
	[`${logout}-no-params`]: signInAndOutHere,
	[`${logout}-no-post-logout-redirect-uri`]: signInAndOutHere,
	[`${logout}-only-state`]: signInAndOutHere,
};

const skipped: Expectation = { ends: "SKIPPED" };

/** Request objects without a signature are refused for good, and discovery says so: the suite then skips what needs them. */
export const unsignedRequests: Readonly<Record<string, Expectation>> = {
	"oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": skipped,
	"oidcc-ensure-request-object-with-redirect-uri": skipped,
};

/** Where clients register themselves there are more of them, and an ID token without a signature, which is refused likewise. */
export const unsigned: Readonly<Record<string, Expectation>> = {
	...unsignedRequests,
	"oidcc-idtoken-unsigned": skipped,
	"oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": skipped,
};

/** The Dynamic profile demands the implicit flow, which is not built: tokens never travel in addresses. */
export const implicit: Readonly<Record<string, Expectation>> = {
	"oidcc-discovery-endpoint-verification": {
		fails: ["OIDCCCheckDiscEndpointResponseTypesSupportedDynamic", "OIDCCCheckDiscEndpointGrantTypesSupportedDynamic"],
	},
};
