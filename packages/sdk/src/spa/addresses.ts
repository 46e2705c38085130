/** The folder of the redirect URI: where the app lives. */
export const homeOf = (redirectUri: string) => new URL(".", redirectUri).href;

/** Whether a page of this app has this address. */
export const isOwn = (href = "") => href.startsWith(`${location.origin}/`);
