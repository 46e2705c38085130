import { OutboundFailure } from "./outbound.ts";

/** How many calls there may be at once. */
export interface LineLimits {
	readonly perHost: number;
	readonly total: number;
	/** How many may wait for their turn, for one host. */
	readonly waiting: number;
}

/** Lets a call begin when there is room for it, in the order of arrival; one that is aborted while it waits gives up its place. */
export type Lines = <Result>(host: string, signal: AbortSignal, call: () => Promise<Result>) => Promise<Result>;

/**
 * A line for each host, so that one which hangs holds up nobody but those who want the same.
 *
 * @throws OutboundFailure when the line is full
 * @example await lines("rp.example", signal, () => fetchIt());
 */
export function createLines({ perHost, total, waiting }: LineLimits): Lines {
	const busy = new Map<string, number>();
	const queue: { readonly host: string; readonly begin: () => void }[] = [];
	let running = 0;

	const hasRoom = (host: string) => running < total && (busy.get(host) ?? 0) < perHost;
	function occupy(host: string): void {
		running += 1;
		busy.set(host, (busy.get(host) ?? 0) + 1);
	}
	function release(host: string): void {
		running -= 1;
		const left = (busy.get(host) ?? 0) - 1;
		if (left > 0) busy.set(host, left);
		else busy.delete(host);
		const next = queue.findIndex((place) => hasRoom(place.host));
		if (next >= 0) queue.splice(next, 1)[0]?.begin();
	}
	function turn(host: string, signal: AbortSignal): Promise<void> {
		if (queue.filter((place) => place.host === host).length >= waiting)
			throw new OutboundFailure("failed", "is not called now: too many calls are waiting for it");
		return new Promise((resolve, reject) => {
			const leave = () => {
				queue.splice(queue.indexOf(place), 1);
				reject(signal.reason);
			};
			const place = {
				host,
				begin() {
					signal.removeEventListener("abort", leave);
					occupy(host);
					resolve();
				},
			};
			signal.addEventListener("abort", leave, { once: true });
			queue.push(place);
		});
	}

	return async (host, signal, call) => {
		signal.throwIfAborted();
		if (hasRoom(host)) occupy(host);
		else await turn(host, signal);
		try {
			return await call();
		} finally {
			release(host);
		}
	};
}
