import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Configuration } from "./config.ts";
import { createRefresh } from "./jobs/refresh.ts";
import { type ClientRow, type Event, type Registry, registryOf, resolveClient, withClient } from "./model/index.ts";
import { createKeySets, createOutbound, type KeysOf, type Outbound } from "./outbound/index.ts";
import { openStore } from "./store/open.ts";
import { type KnownLogo, type Store, StoreUnusable } from "./store/store.ts";
import {
	createKeyRing,
	createMasterKeys,
	createRandom,
	createTokens,
	generateMasterKey,
	type KeyRing,
	type MasterKeys,
	type Random,
	type Tokens,
} from "./tokens/index.ts";
import type { World } from "./world.ts";

/** There is one tenant in these releases; every row knows it all the same. */
const tenant = "default";

/** The ground, composed: what every rule takes a slice of. */
export interface Ground {
	readonly configuration: Configuration;
	readonly world: World;
	readonly random: Random;
	readonly masterKeys: MasterKeys;
	readonly store: Store;
	readonly tokens: Tokens;
	/** What calls out on a client's word. */
	readonly outbound: Outbound;
	/** The public keys of a client, read where it publishes them. */
	readonly keysOf: KeysOf;
	/** Clients and resources as they were last read. */
	readonly registry: () => Registry;
	/** Clients' logos by client, read together with the registry. */
	readonly knownLogos: () => ReadonlyMap<string, KnownLogo>;
	readonly ring: () => KeyRing;
	/** Knows one client as it was written just now, or that it is gone; the next refresh reads it again. */
	readonly learn: (id: string, row: ClientRow | undefined) => void;
	/** Reads what changed; answers whether anything did. */
	readonly refresh: () => Promise<boolean>;
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
	readonly close: () => Promise<void>;
}

/**
 * Opens the store and the master key of a configuration. Refuses a store of another issuer, or one that another master
 * key sealed, before anything is changed.
 *
 * @throws StoreUnusable one sentence that says what to do
 */
export async function openGround(configuration: Configuration, world: World): Promise<Ground> {
	const random = createRandom(world.randomBytes);
	const limits = { sessions: configuration.sessions, refreshTokens: configuration.refreshTokens };
	const store = await openStore(configuration.store.url, { tenant, limits });
	let masterKeys: MasterKeys;
	try {
		masterKeys = await recognise(store, configuration, random, world);
	} catch (error) {
		await store.close();
		throw error;
	}
	let registry = registryOf(-1, [], []);
	let knownLogos: ReadonlyMap<string, KnownLogo> = new Map();
	let ring: KeyRing;
	const tokens = createTokens({ issuer: configuration.issuer, masterKeys, random, ring: () => ring });
	const ringGround = { secrets: tokens.secrets, hintLifetime: configuration.sessions.absolute };
	ring = createKeyRing([], ringGround);
	const refresh = createRefresh({
		...store,
		take(nextRegistry, keys, { pairwiseKey, logos }) {
			registry = nextRegistry;
			knownLogos = new Map(logos.map((logo) => [logo.clientId, logo]));
			ring = createKeyRing(keys, ringGround, ring);
			if (pairwiseKey !== undefined) tokens.subjects.take(pairwiseKey);
		},
	});
	const { loopback, outbound: calls } = configuration;
	const outbound = createOutbound({ ...world.outbound, ...calls, loopback });
	return {
		configuration,
		world,
		random,
		masterKeys,
		store,
		tokens,
		outbound,
		keysOf: createKeySets({ outbound }),
		registry: () => registry,
		knownLogos: () => knownLogos,
		ring: () => ring,
		learn(id, row) {
			registry = withClient(registry, id, row && resolveClient(row));
		},
		refresh,
		newEvent: (now, event) => ({ id: random.id(now), at: now, ...event }),
		async close() {
			await outbound.close();
			await tokens.passwords.close();
			await store.close();
		},
	};
}

/** A new store takes the issuer and the master key it is first opened with; from then on both must be the same. */
async function recognise(store: Store, configuration: Configuration, random: Random, world: Pick<World, "log">): Promise<MasterKeys> {
	const { issuer, masterKeys: sources } = configuration;
	const [knownIssuer, check] = await Promise.all([store.settings.get("issuer"), store.settings.get("masterKeyCheck")]);
	if (knownIssuer !== undefined && knownIssuer !== issuer)
		throw new StoreUnusable(
			`the store belongs to the issuer ${knownIssuer}, and the configuration says ${issuer}: correct the issuer, or name another store`,
		);
	const [only] = sources;
	const missing = only === undefined || only.key === undefined;
	if (missing && check !== undefined)
		throw new StoreUnusable(
			`the store is there, but its master key ${only?.file ?? ""} is not: put the key back, or move the store away to begin anew`,
		);
	const masterKeys = missing ? makeMasterKey(only?.file, random, world) : createMasterKeys(sources.flatMap(({ key }) => key ?? []));
	if (check !== undefined && !masterKeys.recognises(check))
		throw new StoreUnusable("the master key is not the one that this store was sealed with: name the right file in `masterKey`");
	if (check === undefined) await store.settings.set("masterKeyCheck", masterKeys.check);
	if (knownIssuer === undefined) await store.settings.set("issuer", issuer);
	return masterKeys;
}

/** Only for a store that holds nothing yet: everything in it will be sealed with this key, which is on the disk before. */
function makeMasterKey(file: string | undefined, random: Random, world: Pick<World, "log">): MasterKeys {
	const made = generateMasterKey(random);
	if (file !== undefined) {
		try {
			mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
			writeFileSync(file, `${made}\n`, { mode: 0o600, flag: "wx", flush: true });
		} catch (cause) {
			throw new StoreUnusable(
				`the master key ${file} cannot be written: make its folder writable, or put a key there (\`openssl rand -base64 32\`)`,
				{ cause },
			);
		}
		world.log.info({ file }, "made a new master key: keep a copy apart from the database, without it the store cannot be opened");
	}
	return createMasterKeys([made]);
}
