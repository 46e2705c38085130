import { AuthError } from "../client/auth-error.ts";
import type { Client, Tokens } from "../client/client.ts";
import type { World } from "../client/world.ts";
import type { AccessToken } from "../core/access-token.ts";
import { type Secrets, tokenIn, withTokens } from "./record.ts";
import type { Opened, Records } from "./records.ts";
import type { WantedToken } from "./sessions.ts";
import type { EndReason, SessionStore } from "./store.ts";

/**
 * Milliseconds of a lease: longer than a refresh with all its repeats, three times 8 seconds and the issuer's own wish to wait. Whoever holds it
 * renews it; who was stopped loses it.
 */
const leaseTime = 30_000;
/** Milliseconds that another replica's lease is waited for: until it has run out, if nobody renews it. */
const longestWait = leaseTime + 5_000;
/** Milliseconds between two looks at what another replica is doing: at first, and at most. */
const shortestPause = 20;
const longestPause = 250;
/** Milliseconds before each further try to write down what the issuer gave, when the store fails just then. */
const writingPauses = [100, 400, 1_000, 3_000];

interface TokensGround {
	readonly records: Records;
	readonly store: Pick<SessionStore, "lease">;
	readonly client: Pick<Client, "refresh" | "revoke">;
	readonly world: Pick<World, "steady" | "wall" | "sleep">;
}

/** The only way to a token: what is at hand, or a refresh that one caller of one replica makes for all. */
export function createTokens({ records, store, client, world }: TokensGround): (id: string, wanted: WantedToken) => Promise<AccessToken> {
	/** What is being fetched, by session and wish: who asks for the same gets the same. */
	const flights = new Map<string, Promise<AccessToken>>();
	/** Each session's line in this process: each refresh spends the token that the one before brought. */
	const lines = new Map<string, Promise<unknown>>();

	async function token(id: string, wanted: WantedToken): Promise<AccessToken> {
		const kept = tokenIn((await live(id)).secrets, wanted, world);
		if (kept) return kept;
		const { resource, scope, minTtl, refused } = wanted;
		const name = JSON.stringify([id, resource, scope, minTtl, refused]);
		const flight = flights.get(name) ?? inLine(id, () => renewed(id, wanted)).finally(() => flights.delete(name));
		flights.set(name, flight);
		return flight;
	}

	/** One after the other. Who stood in line while the issuer could not be reached has tried too: it does not get worse with each that waits. */
	function inLine<T>(id: string, work: () => Promise<T>): Promise<T> {
		const ahead = lines.get(id) ?? Promise.resolve();
		const mine = ahead.then(work, (error) => {
			if (error instanceof AuthError && error.retryable) throw error;
			return work();
		});
		lines.set(id, mine);
		const leave = () => {
			if (lines.get(id) === mine) lines.delete(id);
		};
		mine.then(leave, leave);
		return mine;
	}

	async function live(id: string): Promise<Opened> {
		const { opened, ended } = await records.look(id);
		if (opened) return opened;
		throw endedError(ended);
	}

	/** By this process, or by another one that is at it: its result is waited for, and its lease, should it never end its work. */
	async function renewed(id: string, wanted: WantedToken): Promise<AccessToken> {
		const until = world.steady() + longestWait;
		for (let pause = shortestPause; ; pause = Math.min(pause * 2, longestPause)) {
			const kept = tokenIn((await live(id)).secrets, wanted, world);
			const found = kept ?? (await underLease(id, wanted));
			if (found) return found;
			if (world.steady() >= until)
				throw new AuthError("temporarily_unavailable", "Another replica is refreshing this session for too long.");
			await world.sleep(pause);
		}
	}

	/** Nothing while another holds the lease, or when another was faster all the same. */
	async function underLease(id: string, wanted: WantedToken): Promise<AccessToken | undefined> {
		const lease = await store.lease(id, leaseTime);
		if (!lease) return undefined;
		// A renewal that fails changes nothing: what is written later is fenced by the version, not by the lease.
		const renewing = setInterval(() => lease.renew().catch(() => undefined), leaseTime / 3);
		try {
			const opened = await live(id);
			return tokenIn(opened.secrets, wanted, world) ?? (await refreshed(opened, wanted));
		} finally {
			clearInterval(renewing);
			await lease.release().catch(() => undefined);
		}
	}

	/** Nothing when the session is no longer the one that was refreshed: then whoever was faster has the newer token. */
	async function refreshed(opened: Opened, wanted: WantedToken): Promise<AccessToken | undefined> {
		const tokens = await ask(opened, wanted);
		if (tokens === undefined) return undefined;
		const secrets = withTokens(opened.secrets, wanted, tokens, world);
		if (await written(opened, secrets)) {
			const { accessToken, scope, lifetime } = tokens;
			return { accessToken, scope, expiresIn: Math.floor(lifetime / 1000) };
		}
		await giveBackIfEnded(opened.stored.id, tokens);
		return undefined;
	}

	/** RFC 6749 §6. A dead grant ends the session, unless another version of it has taken the place of the one that was presented. */
	async function ask(opened: Opened, { resource, scope }: WantedToken): Promise<Tokens | undefined> {
		const { refreshToken, sub } = opened.secrets;
		if (refreshToken === undefined) {
			const sentence = "No refresh token came at the sign-in: the client needs the grant type `refresh_token`.";
			throw new AuthError("unauthorized_client", sentence);
		}
		try {
			return await client.refresh({ refreshToken, resource, scope, sub });
		} catch (error) {
			if (!(error instanceof AuthError) || error.code !== "session_expired") throw error;
			if (await records.end(opened, "grant_ended")) throw error;
			return undefined;
		}
	}

	/** A write that was carried out while its answer was lost is found done by the next look. */
	async function written(opened: Opened, secrets: Secrets): Promise<boolean> {
		for (const pause of writingPauses) {
			try {
				return await records.write(opened, secrets);
			} catch {
				await world.sleep(pause);
			}
		}
		return records.write(opened, secrets);
	}

	/** The session was ended while its refresh was under way: nobody may be left with what that brought. */
	async function giveBackIfEnded(id: string, { refreshToken }: Tokens): Promise<void> {
		const { opened } = await records.look(id);
		if (!opened && refreshToken !== undefined) await client.revoke(refreshToken).catch(() => undefined);
	}

	return token;
}

/** What is said of a session that is none. */
function endedError(ended: EndReason | undefined): AuthError {
	if (ended === undefined || ended === "signed_out") return new AuthError("not_signed_in", "Nobody is signed in.");
	return new AuthError("session_expired", sentences[ended]);
}

const sentences: Readonly<Record<Exclude<EndReason, "signed_out">, string>> = {
	signed_out_elsewhere: "The person has signed out elsewhere.",
	grant_ended: "The issuer has ended the session.",
	expired: "The session has ended by its time.",
};
