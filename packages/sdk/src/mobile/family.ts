import { AuthError } from "../client/auth-error.ts";
import type { Client, Tokens } from "../client/client.ts";
import type { AccessToken } from "../core/access-token.ts";
import { createLine } from "../core/line.ts";
import { createAccessTokens, type Wanted } from "./access-tokens.ts";
import type { Keeping, Kept } from "./keeping.ts";
import type { Platform } from "./platform.ts";

/** The token family of the one session: its refresh token in the secure store, its access tokens in memory. */
export interface Family {
	/** What was found at the start. */
	readonly resume: (kept: Kept) => void;
	/** A new session, which is kept before this resolves; answers the refresh token of the one whose place it takes. */
	readonly begin: (kept: Kept) => Promise<string | undefined>;
	/** `fresh`: the issuer has just given it, so it can be reached. */
	readonly token: (wanted: Wanted) => Promise<AccessToken & { readonly fresh: boolean }>;
	/** Forgets everything in memory; answers the refresh token that is to be given back. */
	readonly end: () => string | undefined;
}

/** @param name under which the contexts of one app take turns */
export function createFamily(name: string, client: Client, keeping: Keeping, { world, alone }: Pick<Platform, "world" | "alone">): Family {
	let current: Kept | undefined;
	/** Counts the sessions: what was begun for one is nothing to the next. */
	let era = 0;
	/** A successor that the store has not taken yet. */
	let unwritten = false;
	const tokens = createAccessTokens(world);
	/** Each refresh spends the token that the one before brought. */
	const inLine = createLine();

	function resume(kept: Kept | undefined): void {
		era++;
		current = kept;
		unwritten = false;
		tokens.clear();
	}

	async function write(kept: Kept): Promise<void> {
		unwritten = true;
		try {
			await keeping.write(kept);
		} catch (cause) {
			throw new AuthError("storage_unavailable", "The device's secure storage takes nothing.", { cause });
		}
		unwritten = false;
	}

	/** The session as it is kept now: another web view of the app may have been faster, or have signed out. */
	async function latest(): Promise<Kept> {
		if (current === undefined) throw ended();
		if (unwritten) await write(current);
		// What cannot be read at the moment, before the device was unlocked for instance, is known here all the same.
		const kept = await keeping.read().catch(() => current);
		if (kept === undefined) throw ended();
		return kept;
	}

	/** RFC 6749 §6. The successor is kept before anything else is done with the answer: a process that is killed now goes on with it. */
	async function refresh(wanted: Wanted, mine: number): Promise<AccessToken> {
		const kept = await latest();
		const answer = await asked(kept, wanted, mine);
		if (era !== mine) throw ended();
		current = { ...kept, refreshToken: answer.refreshToken };
		await write(current);
		return tokens.add(wanted, answer);
	}

	async function asked({ refreshToken, session }: Kept, wanted: Wanted, mine: number): Promise<Tokens> {
		if (refreshToken === undefined)
			throw new AuthError("unauthorized_client", "No refresh token came: the client needs the grant type `refresh_token`.");
		try {
			return await client.refresh({ refreshToken, resource: wanted.resource, scope: wanted.scope, sub: session.user.sub });
		} catch (error) {
			if ((error as AuthError).code !== "session_expired" || era !== mine) throw error;
			// Only the current token's end is the session's: whoever presented an older one has learnt nothing about it.
			const kept = await keeping.read().catch(() => undefined);
			if (kept?.refreshToken !== undefined && kept.refreshToken !== refreshToken) return asked(kept, wanted, mine);
			resume(undefined);
			await keeping.forget().catch(() => undefined);
			throw error;
		}
	}

	return {
		resume,
		async begin(kept) {
			await inLine(() => alone(name, () => keeping.write(kept)));
			const former = current?.refreshToken;
			resume(kept);
			return former;
		},
		async token(wanted) {
			if (current === undefined) throw new AuthError("not_signed_in", "Nobody is signed in.");
			const mine = era;
			const held = () => {
				const found = tokens.find(wanted);
				return found && { ...found, fresh: false };
			};
			return (
				held() ??
				inLine(async () => {
					if (era !== mine) throw ended();
					return held() ?? { ...(await alone(name, () => refresh(wanted, mine))), fresh: true };
				})
			);
		},
		end() {
			const refreshToken = current?.refreshToken;
			resume(undefined);
			return refreshToken;
		},
	};
}

const ended = () => new AuthError("not_signed_in", "The session ended meanwhile.");
