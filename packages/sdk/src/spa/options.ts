/** An API that the app calls. */
export interface ResourceOptions {
	/** What its tokens shall allow. All that was granted for it when absent. */
	readonly scope?: string;
	/** Other addresses under which it is reached, as prefixes: `["https://gateway.acme.test/orders"]`. Its tokens go there too. */
	readonly urls?: readonly string[];
}

/** What `createAuth` takes. The first two are required, everything else is discovered. */
export interface AuthOptions {
	/** The issuer, exactly as it calls itself: `https://auth.acme.test`. */
	readonly issuer: string;
	/** The app's `client_id`; a public client (`token_endpoint_auth_method: "none"`) with the grant types `authorization_code` and `refresh_token`. */
	readonly clientId: string;
	/** Where the issuer sends the browser back to, as it is registered. `/callback` of the page's origin when absent. */
	readonly redirectUri?: string;
	/** Where it goes after a sign-out, as it is registered. `/` of the page's origin when absent. */
	readonly postLogoutRedirectUri?: string;
	/** What the app asks for, with `openid` in it. All that it is registered for when absent. */
	readonly scope?: string;
	/** The APIs whose address is not simply their resource, by resource. */
	readonly resources?: Readonly<Record<string, ResourceOptions>>;
}
