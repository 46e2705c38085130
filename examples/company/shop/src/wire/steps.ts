import { shallowRef } from "vue";
import type { OpenedToken } from "./open-token.ts";

/** What kinds of steps there are; `telling.ts` says in words what each is for. */
export type Kind =
	| "authorize"
	| "answer"
	| "exchange"
	| "token"
	| "call"
	| "end-session"
	| "begin"
	| "session"
	| "passed-on"
	| "forged"
	| "leave";

/** Those that lead away from the page, or back to it. */
const leading: ReadonlySet<Kind> = new Set<Kind>(["authorize", "answer", "end-session", "begin", "leave"]);

/** One step of what went over the wire, fit to be shown: whatever could be used is left out before it comes here. */
export interface Step {
	readonly kind: Kind;
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly from: string;
	readonly to: string;
	/** Method and address, without the query. */
	readonly line: string;
	readonly parameters: readonly (readonly [name: string, value: string])[];
	/** How it ended, where the page can see that. */
	readonly outcome?: string;
	readonly token?: OpenedToken;
}

/** Enough for a long look; the oldest make room. */
const most = 60;

/** Everything since this page was loaded, oldest first, and before it what led here. */
export const steps = shallowRef<readonly Step[]>([]);

export function record(step: Omit<Step, "at">): void {
	steps.value = [...steps.value, { ...step, at: Date.now() }].slice(-most);
}

/*
 * Going to the sign-in leaves the page, and with it its memory. So the steps that lead away are put down for the page that comes back: as
 * they are shown, so nothing in them is of use to anybody.
 */
const place = "wire";

export function putDown(): void {
	const kept = steps.value.filter(({ kind }) => leading.has(kind));
	sessionStorage.setItem(place, JSON.stringify(kept.slice(-6)));
}

export function pickUp(): void {
	const kept = sessionStorage.getItem(place);
	if (kept !== null) steps.value = JSON.parse(kept) as readonly Step[];
}
