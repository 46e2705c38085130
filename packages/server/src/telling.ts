import type { Ground } from "./ground.ts";
import { createLogouts, type Logouts } from "./jobs/logouts.ts";
import type { PersonStore, SessionStore, Store } from "./store/store.ts";

/** The job that tells apps, with the slices of the ground that it takes. */
export function tellingOn(ground: Ground): Logouts {
	const { store, tokens, outbound, world, registry, newEvent } = ground;
	return createLogouts({
		logouts: store.logouts,
		registry,
		subjectOf: tokens.subjects.of,
		logoutToken: tokens.tokenIssuer.logoutToken,
		post: outbound.post,
		newEvent,
		now: world.now,
		failed: (error) => world.log.error({ job: "logouts", cause: String(error) }, "telling an app failed; it is told again"),
	});
}

/** The verbs that may end a session, and whoever ends one wakes the telling: apps learn it now, and not at the next turn. */
export function whoWakes({ sessions, people }: Pick<Store, "sessions" | "people">, wake: () => void): Pick<Store, "sessions" | "people"> {
	const after =
		<Given extends readonly unknown[], Result>(verb: (...given: Given) => Promise<Result>, ended: (result: Result) => boolean) =>
		async (...given: Given): Promise<Result> => {
			const result = await verb(...given);
			if (ended(result)) wake();
			return result;
		};
	// What is not named here is the store's own.
	return {
		sessions: Object.assign(Object.create(sessions) as SessionStore, {
			begin: after(
				(...given: Parameters<SessionStore["begin"]>) => sessions.begin(...given),
				(begun) => (begun?.ended.length ?? 0) > 0,
			),
			end: after((...given: Parameters<SessionStore["end"]>) => sessions.end(...given), Boolean),
			endAll: after(
				(...given: Parameters<SessionStore["endAll"]>) => sessions.endAll(...given),
				(ended) => ended.length > 0,
			),
		}),
		people: Object.assign(Object.create(people) as PersonStore, {
			setPassword: after((...given: Parameters<PersonStore["setPassword"]>) => people.setPassword(...given), Boolean),
			setEnabled: after((...given: Parameters<PersonStore["setEnabled"]>) => people.setEnabled(...given), Boolean),
		}),
	};
}
