import { AuthError } from "../client/auth-error.ts";
import type { Client } from "../client/client.ts";
import type { Secret } from "../client/client-auth/index.ts";
import type { World } from "../client/world.ts";
import { base64urlOf } from "../core/base64url.ts";
import { sessionOf } from "../core/session.ts";
import { createKeyring } from "./keyring.ts";
import { withTokens } from "./record.ts";
import { createRecords, type Opened } from "./records.ts";
import type { Sessions } from "./sessions.ts";
import type { EndReason, SessionStore } from "./store.ts";
import { createTokens } from "./tokens.ts";
import { within } from "./within.ts";

export interface SessionSettings {
	readonly client: Client;
	readonly store: SessionStore;
	/**
	 * What everything is encrypted with, newest first: at least 32 characters each. The first seals, all of them open. An edition that is given none
	 * passes its client secret, so that five lines suffice; when that secret is changed, everyone is signed out.
	 */
	readonly keys: readonly Secret[];
	readonly world: World;
	/** Seconds without a request after which a session ends. 8 hours when absent. */
	readonly idle?: number | undefined;
	/** Seconds after which it ends whatever is done. 30 days when absent. */
	readonly absolute?: number | undefined;
}

/** OWASP Session Management Cheat Sheet: a working day, and a month. */
const usualIdle = 8 * 3600;
const usualAbsolute = 30 * 24 * 3600;
/** Milliseconds that a sign-out waits until the issuer has taken the grant back. */
const revoking = 3_000;

/** Sessions by the opaque value of a cookie. Nothing is asked of the store or the issuer before it is needed. */
export function createSessions({ client, store, keys, world, idle = usualIdle, absolute = usualAbsolute }: SessionSettings): Sessions {
	const owner = JSON.stringify([client.issuer, client.clientId]);
	const keyring = createKeyring(keys, owner, world);
	const records = createRecords({ store, keyring, world, idle: idle * 1000, absolute: absolute * 1000 });
	const tokens = createTokens({ records, store, client, world });

	const hashed = async (text: string) => base64urlOf(await world.digest("SHA-256", new TextEncoder().encode(text)));

	/** A name that no other client has. */
	const owned = (name: string) => hashed(JSON.stringify([owner, name]));

	/** The name of the record; nothing for what cannot be a cookie of ours. */
	const idOf = async (cookie: string | undefined) => (cookie !== undefined && /^[\w-]{43}$/.test(cookie) ? hashed(cookie) : undefined);

	/** Whatever its version is by now; nothing when it is none any more. */
	async function ended(id: string, reason: EndReason): Promise<Opened | undefined> {
		for (;;) {
			const { opened } = await records.look(id);
			if (!opened || (await records.end(opened, reason))) return opened;
		}
	}

	return Object.freeze({
		async begin({ claims, tokens: first }, resource) {
			const cookie = base64urlOf(world.randomBytes(32));
			const sid = typeof claims["sid"] === "string" ? claims["sid"] : undefined;
			const { refreshToken, idToken } = first;
			const secrets = { session: sessionOf(claims), sub: String(claims["sub"]), sid, refreshToken, idToken, tokens: [] };
			await records.begin(await hashed(cookie), resource === undefined ? secrets : withTokens(secrets, { resource }, first, world));
			return cookie;
		},
		async read(cookie) {
			const id = await idOf(cookie);
			if (id === undefined) return {};
			const { opened, ended } = await records.look(id);
			if (!opened) return ended === undefined ? {} : { ended };
			await records.touch(opened).catch(() => undefined);
			const { session, sid } = opened.secrets;
			return { session, sid, expiresAt: opened.stored.expiresAt };
		},
		async token(cookie, wanted) {
			const id = await idOf(cookie);
			if (id === undefined) throw new AuthError("not_signed_in", "Nobody is signed in.");
			return tokens(id, wanted);
		},
		async end(cookie) {
			const id = await idOf(cookie);
			const opened = id === undefined ? undefined : await ended(id, "signed_out");
			if (opened?.secrets.refreshToken !== undefined) {
				await within(revoking, client.revoke(opened.secrets.refreshToken)).catch(() => undefined);
			}
			return opened?.secrets.idToken;
		},
		async endWhere(by) {
			const found = await records.find(by);
			const done = await Promise.all(found.map(({ id }) => ended(id, "signed_out_elsewhere")));
			return done.filter((one) => one !== undefined).length;
		},
		claim: async (name, ms) => store.claim(await owned(name), ms),
		async once(name, ms, work) {
			const lease = await store.lease(await owned(name), ms);
			if (!lease) return false;
			try {
				await work();
			} catch (error) {
				await lease.release().catch(() => undefined);
				throw error;
			}
			return true;
		},
		seal: (purpose, value) => keyring.seal(JSON.stringify(["sealed", purpose]), value),
		open: (purpose, sealed) => keyring.open(JSON.stringify(["sealed", purpose]), sealed),
	} satisfies Sessions);
}
