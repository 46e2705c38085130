import { type Client, judgeLogo, type Registry } from "../model/index.ts";
import { type Outbound, OutboundFailure } from "../outbound/outbound.ts";
import type { KnownLogo, Logo, LogoStore } from "../store/store.ts";

/** What fetching logos stands on. */
export interface LogosGround {
	readonly logos: Pick<LogoStore, "put" | "remove">;
	readonly outbound: Pick<Outbound, "get">;
	readonly registry: () => Registry;
	/** By client, as they were last read: together with the registry. */
	readonly knownLogos: () => ReadonlyMap<string, KnownLogo>;
	/** Takes in what was written. */
	readonly refresh: () => Promise<unknown>;
	readonly now: () => number;
	readonly log: { info(fields: Readonly<Record<string, unknown>>, message: string): void };
}

const minute = 60_000;
/** After so many failures a logo is tried again so much later; the last holds from there on. */
const retries = [5 * minute, 60 * minute, 8 * 60 * minute];
/** How many are fetched at a time. */
const atOnce = 16;

/**
 * Fetches the logo that a client names, once: the pages show it from our own origin, and whoever made it learns nothing of
 * the people who look at it. One that cannot be had is tried again a few times a day; one whose client is gone is taken away.
 *
 * @returns the job; each run answers how many it fetched or tried to, and waits for the one before it, so that none is fetched
 * twice; all who ask meanwhile share the next
 */
export function createLogos(ground: LogosGround): () => Promise<number> {
	let last: Promise<unknown> = Promise.resolve();
	let next: Promise<number> | undefined;
	return () => {
		next ??= last.then(() => {
			const run = round();
			next = undefined;
			last = run.catch(() => {});
			return run;
		});
		return next;
	};

	async function round(): Promise<number> {
		const [{ clients }, known] = [ground.registry(), ground.knownLogos()];
		const now = ground.now();
		const left = [...known.keys()].filter((id) => !clients.has(id));
		const due = [...clients.values()]
			.filter((client) => isDue(client, known.get(client.id), now))
			.toSorted((a, b) => Number(a.registeredItself) - Number(b.registeredItself) || failuresOf(a, known) - failuresOf(b, known))
			.slice(0, atOnce);
		if (due.length === 0 && left.length === 0) return 0;
		const one = async (client: Client) => {
			await look(client, known.get(client.id));
			// What is there is shown while others are still waited for.
			await ground.refresh();
		};
		await Promise.all([...left.map((id) => ground.logos.remove(id)), ...due.map(one)]);
		return due.length;
	}

	async function look({ id, logoUri = "", registeredItself }: Client, known: KnownLogo | undefined): Promise<void> {
		const before = known?.uri === logoUri ? known.failures : 0;
		const fetched = await fetchLogo(logoUri, registeredItself);
		const fetchedAt = ground.now();
		if ("image" in fetched) return ground.logos.put({ clientId: id, uri: logoUri, image: fetched.image, fetchedAt, failures: 0 });
		ground.log.info({ client_id: id, failures: before + 1 }, `the logo_uri of the client ${id} ${fetched.fault}`);
		return ground.logos.put({ clientId: id, uri: logoUri, fetchedAt, failures: before + 1 });
	}

	async function fetchLogo(uri: string, stranger: boolean): Promise<Pick<Required<Logo>, "image"> | { readonly fault: string }> {
		try {
			const { status, mediaType, body } = await ground.outbound.get(uri, {
				accept: "image/png, image/jpeg, image/gif, image/webp",
				stranger,
			});
			if (status !== 200) return { fault: `answers ${status}, not with a picture` };
			const judged = judgeLogo(body, mediaType);
			return "fault" in judged ? judged : { image: { mediaType: judged.mediaType, bytes: body } };
		} catch (error) {
			if (error instanceof OutboundFailure) return { fault: error.message };
			throw error;
		}
	}
}

function isDue({ enabled, logoUri }: Client, known: KnownLogo | undefined, now: number): boolean {
	if (!enabled || logoUri === undefined) return false;
	if (known?.uri !== logoUri) return true;
	return !known.shown && now >= known.fetchedAt + (retries[Math.min(known.failures, retries.length) - 1] ?? 0);
}

/** Of each kind those that were never tried come first, so that nobody waits for the ones that never answer. */
function failuresOf({ id, logoUri }: Client, known: ReadonlyMap<string, KnownLogo>): number {
	const logo = known.get(id);
	return logo?.uri === logoUri ? (logo?.failures ?? 0) : 0;
}
