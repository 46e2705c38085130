import { parseDuration } from "@gatehouse/server/embedded";
import { TestingError } from "./testing-error.ts";

/** The clock of an issuer: it goes as the machine's does, and can be moved. */
export interface Clock {
	/** Epoch milliseconds, as the issuer sees them. */
	readonly now: () => number;
	/**
	 * Lets time pass, or with a minus before it takes it back.
	 *
	 * @param duration a whole number and one of `s m h d`, or milliseconds
	 * @example issuer.clock.pass("11m"); // access tokens of ten minutes have ended
	 */
	readonly pass: (duration: string | number) => void;
	/** The issuer's time is the machine's again. */
	readonly reset: () => void;
}

export function createClock(machine: () => number = Date.now): Clock {
	let ahead = 0;
	return {
		now: () => machine() + ahead,
		pass(duration) {
			ahead += millisecondsOf(duration);
		},
		reset() {
			ahead = 0;
		},
	};
}

function millisecondsOf(duration: string | number): number {
	if (typeof duration === "number" && Number.isFinite(duration)) return duration;
	const text = String(duration);
	const milliseconds = parseDuration(text.replace(/^-/, ""));
	if (typeof duration !== "string" || milliseconds === undefined)
		throw new TestingError(`clock.pass() takes a duration such as "11m", "90s" or "-1h", or milliseconds, not ${JSON.stringify(duration)}`);
	return text.startsWith("-") ? -milliseconds : milliseconds;
}
