import { type Attempt, noteAttempt, type TellAppGround, tellApp } from "../login/tell-app.ts";
import type { Logout, LogoutStore } from "../store/store.ts";

/** What telling apps takes of the ground. */
export interface LogoutsGround extends Omit<TellAppGround, "logouts"> {
	readonly logouts: Pick<LogoutStore, "take" | "settle">;
	readonly now: () => number;
	/** Told of whatever should not have happened; the app is told again when its lease is over. */
	readonly failed: (error: unknown) => void;
}

/** The job that tells apps which sessions ended, and those who wait for it. */
export interface Logouts {
	/** Begins to tell whoever is due; it does not wait until they have answered. Throws when the store cannot be asked. */
	readonly look: () => Promise<void>;
	/** Looks at once, and does not wait: for whoever has just ended a session. */
	readonly wake: () => void;
	/** Resolves when the next attempt of this process is settled. */
	readonly news: () => Promise<void>;
	/** Resolves when all that was begun is settled. */
	readonly idle: () => Promise<void>;
	/** Begins nothing more, and waits for what was begun. */
	readonly stop: () => Promise<void>;
}

/** Longer than any attempt, in milliseconds: whoever has not settled by then was killed. */
const lease = 30_000;

/**
 * Tells apps that sessions ended. A few of each app at once, and then the next of it: an app that hangs holds up itself. A
 * process that is killed loses nothing; who was told just then is told once more, with another `jti`.
 *
 * @example const logouts = createLogouts(ground); startJobs([{ name: "logouts", every: 1_000, run: logouts.look }], failed);
 */
export function createLogouts(ground: LogoutsGround): Logouts {
	const busy = new Map<string, Promise<void>>();
	let under: Promise<void> = Promise.resolve();
	let next: Promise<void> | undefined;
	let news = Promise.withResolvers<void>();
	let stopped = false;

	/** One look at a time, and one that waits: each knows who is being told. */
	function look(): Promise<void> {
		next ??= under.then(() => {
			next = undefined;
			const begun = begin();
			under = begun.catch(() => undefined);
			return begun;
		});
		return next;
	}

	async function begin(): Promise<void> {
		if (stopped) return;
		const now = ground.now();
		const due = await ground.logouts.take(now, now + lease, [...busy.keys()]);
		for (const [clientId, rows] of Map.groupBy(due, (row) => row.clientId)) {
			const told = Promise.all(rows.map(tell)).then(() => {
				busy.delete(clientId);
				wake();
			});
			busy.set(clientId, told);
		}
	}

	async function tell(row: Logout): Promise<void> {
		try {
			const attempt = await tellApp(row, ground, ground.now()).catch(ourFault);
			await noteAttempt(row, attempt, ground, ground.now());
		} catch (error) {
			ground.failed(error);
		}
		news.resolve();
		news = Promise.withResolvers();
	}

	/** It counts as an attempt all the same: nothing is tried for ever. */
	function ourFault(error: unknown): Attempt {
		ground.failed(error);
		return { kind: "unconfirmed", reason: "Gatehouse could not make the token: its log says why" };
	}

	function wake(): void {
		look().catch(ground.failed);
	}

	async function idle(): Promise<void> {
		await look();
		while (busy.size > 0) {
			await Promise.all(busy.values());
			await look();
		}
	}

	return {
		look,
		wake,
		news: () => news.promise,
		idle,
		async stop() {
			stopped = true;
			await Promise.all(busy.values());
			await under;
		},
	};
}
