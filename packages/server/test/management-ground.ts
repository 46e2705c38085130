import type { ClientMetadata, SigningAlgorithm } from "@gatehouse/protocol";
import { sharedKeyPairs } from "../../testing/src/key-pairs.ts";
import type { KeysGround } from "../src/management/keys.ts";
import { commonPasswords } from "../src/management/password-rules.ts";
import type { Declaration, DeclaredPerson, Event, Person } from "../src/model/index.ts";
import { createGuard } from "../src/outbound/index.ts";
import { openStore } from "../src/store/open.ts";
import type { Limits } from "../src/store/store.ts";
import {
	createKeyRing,
	createMasterKeys,
	createPairwiseKey,
	createRandom,
	createSigningKey,
	createTokens,
	renewPairwiseKey,
	renewSigningKey,
} from "../src/tokens/index.ts";

const hour = 3_600_000;

export const limits: Limits = {
	sessions: { idle: 8 * hour, absolute: 720 * hour, max: 0 },
	refreshTokens: { idle: 336 * hour, absolute: 2160 * hour },
};

/** The instant at which tests begin. */
export const start = Date.parse("2026-11-21T12:00:00Z");

/** A store in memory and real tokens, as the rules of management take them. */
export async function managementGround(masterKeyBytes: readonly number[] = [1]) {
	const store = await openStore("sqlite::memory:", { tenant: "default", limits });
	return groundOver(store, masterKeyBytes);
}

/** The same store under other master keys, newest first. */
export async function groundOver(store: Awaited<ReturnType<typeof openStore>>, masterKeyBytes: readonly number[], random = createRandom()) {
	const masterKeys = createMasterKeys(masterKeyBytes.map((byte) => Buffer.alloc(32, byte)));
	const tokens = createTokens({
		issuer: "http://localhost:4000",
		masterKeys,
		random,
		ring: () => createKeyRing([], { secrets: tokens.secrets, hintLifetime: 0 }),
		passwordThreads: 2,
	});
	const { secrets, passwords } = tokens;
	const generateKeyPair = sharedKeyPairs();
	const guard = createGuard({ loopback: true, allow: [] });
	const hashed: string[] = [];
	const actor: KeysGround["actor"] = "operator";
	return {
		...store,
		store,
		tokens,
		masterKeys,
		random,
		secrets,
		supported: {
			grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
			authMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
		},
		outbound: guard,
		whyNotCalled: guard.whyNot,
		/** Every password that was hashed. */
		hashed,
		hashPassword: (password: string) => {
			hashed.push(password);
			return passwords.hash(password);
		},
		verifyPassword: passwords.verify,
		commonPasswords,
		newEvent: (now: number, event: Omit<Event, "id" | "at">): Event => ({ id: random.id(now), at: now, ...event }),
		newPersonId: random.id,
		makeKey: (alg: SigningAlgorithm, times: { readonly createdAt: number; readonly signsFrom?: number }) =>
			createSigningKey(alg, secrets, times, generateKeyPair),
		renewKey: (row: Awaited<ReturnType<typeof createSigningKey>>) => renewSigningKey(row, secrets, masterKeys.newest),
		makePairwiseKey: () => createPairwiseKey({ secrets, random }),
		renewPairwiseKey: (sealed: string) => renewPairwiseKey(sealed, secrets, masterKeys.newest),
		actor,
		parallel: 4,
		async close() {
			await passwords.close();
			await store.close();
		},
		/** The types of all events, oldest first. */
		async eventTypes() {
			return (await store.events.list({ limit: 1000 })).map(({ type }) => type).reverse();
		},
	};
}

export type ManagementTestGround = Awaited<ReturnType<typeof groundOver>>;

/** Begins a session of a person, for tests that look at how it ends. */
export async function beginSession(ground: ManagementTestGround, personId: string, now: number): Promise<string> {
	const { secretHash } = ground.tokens.sessionCookies.create();
	const begun = await ground.sessions.begin({ id: ground.random.id(now), secretHash, personId, amr: ["pwd"] }, now, () => []);
	if (!begun) throw new Error("no session began");
	return begun.session.id;
}

/** Lets a client in, for tests that look at whom it is told when a session ends. */
export async function beginGrant(
	ground: ManagementTestGround,
	person: Pick<Person, "id" | "epoch">,
	sessionId: string,
	clientId: string,
): Promise<void> {
	const event = (type: "code.redeemed" | "code.replayed") => ground.newEvent(start, { type, personId: person.id, clientId });
	const grant = {
		...{ id: ground.random.id(start), clientId, personId: person.id, sessionId, scope: ["openid"], requestedScope: ["openid"] },
		...{ resources: [], resourceNamed: false, authTime: start, amr: ["pwd"], offline: false, needsConsent: false, generation: 0 },
		...{ rotatedAt: start, previousRotatedAt: start, macKeyVersion: 1, salt: new Uint8Array(16), createdAt: start },
		...{ expiresAt: start + 3_600_000, redeemedBy: "operation", personEpoch: person.epoch, consentEpoch: 0 },
		epoch: await ground.settings.epoch(),
	};
	const result = await ground.grants.redeem({ grant, now: start, redeemed: event("code.redeemed"), replayed: event("code.replayed") });
	if (result.kind !== "redeemed") throw new Error("no grant began");
}

/** A person of a declaration. */
export function declaredPerson(username: string, about: Partial<DeclaredPerson> = {}): DeclaredPerson {
	return { username, password: `${username}-under-the-oak`, claims: {}, groups: [], admin: false, enabled: true, ...about };
}

/** A declaration of a portal and of these people. */
export function declarationOf(about: Partial<Declaration> = {}, portal: Partial<ClientMetadata> = {}): Declaration {
	return {
		resources: [{ identifier: "https://crm.example", scopes: { "crm.read": "See your customers" } }],
		clients: [
			{ metadata: { client_id: "portal", redirect_uris: ["https://portal.example/cb"], ...portal }, secrets: [{ value: "portal-secret" }] },
		],
		people: [declaredPerson("alice"), declaredPerson("bob")],
		...about,
	};
}
