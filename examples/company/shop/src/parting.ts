const place = "parting";

/*
 * Signing out everywhere leads over the sign-in and back, to a page that remembers nothing. It should confirm what was done all the same, so
 * the page that is left tells it.
 */

/** Whether this page comes back from there. */
export const comesFromSignOut = sessionStorage.getItem(place) !== null;
sessionStorage.removeItem(place);

export function noteSignOut(): void {
	sessionStorage.setItem(place, "yes");
}
