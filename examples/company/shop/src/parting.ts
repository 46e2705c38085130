const place = "parting";

/* Signing out everywhere leads over the sign-in and back, and the page that comes back should confirm it. It is told here. */

export function noteSignOut(): void {
	sessionStorage.setItem(place, "yes");
}

/** Whether the person just signed out in this tab. It is asked once. */
export function tookLeave(): boolean {
	const left = sessionStorage.getItem(place) !== null;
	sessionStorage.removeItem(place);
	return left;
}
