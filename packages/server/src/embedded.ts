import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SigningAlgorithm } from "@gatehouse/protocol";
import { client } from "./config/client.ts";
import type { Fault, Shape } from "./config/shape.ts";
import { toClient, toPerson } from "./config/to-declaration.ts";
import { user } from "./config/user.ts";
import { ConfigurationError, type ConfigurationFile, parseConfiguration } from "./config.ts";
import { startJobs } from "./jobs/schedule.ts";
import { addClient, setClientEnabled } from "./management/clients.ts";
import { revokeConsent } from "./management/consents.ts";
import { type Rotation, rotateKeys } from "./management/keys.ts";
import { addPerson, findPerson, setPersonEnabled } from "./management/people.ts";
import { endSession, endSessionsOf, type LiveSession, listSessions } from "./management/sessions.ts";
import { managing } from "./managing.ts";
import type { Person, Registry } from "./model/index.ts";
import { clientAuthMethods } from "./oauth/client-auth/index.ts";
import { grantTypes } from "./oauth/grants/index.ts";
import { createGatehouse } from "./serve.ts";
import { generatePassword } from "./tokens/index.ts";
import { encodeHeader, signJws } from "./tokens/jws.ts";
import { systemWorld, type World } from "./world.ts";

export { parseDuration } from "./config/duration.ts";
export { NotFound, Refusal } from "./management/refusal.ts";
export { didYouMean } from "./model/index.ts";
export { ConfigurationError, type ConfigurationFile, type LiveSession, type Rotation, systemWorld, type World };

/** A client and a person as a configuration writes them. */
export type WrittenClient = NonNullable<ConfigurationFile["clients"]>[number];
export type WrittenPerson = NonNullable<ConfigurationFile["users"]>[number];

/**
 * Gatehouse in the process of its caller, who listens for it and runs its errands: the same rules, doors and store as
 * `gatehouse serve`. What is managed here is effective when the promise resolves.
 */
export interface Embedded {
	/** Answers one request of a `node:http` server. */
	readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
	/** Clients and resources as they are now. */
	readonly registry: () => Registry;
	/** @throws NotFound */
	readonly person: (username: string) => Promise<Person>;
	/** @throws ConfigurationError, Refusal */
	readonly addPerson: (written: WrittenPerson & { readonly password: string }) => Promise<void>;
	/** @throws ConfigurationError, Refusal */
	readonly addClient: (written: WrittenClient) => Promise<void>;
	readonly setPersonEnabled: (username: string, enabled: boolean) => Promise<boolean>;
	readonly setClientEnabled: (clientId: string, enabled: boolean) => Promise<boolean>;
	readonly revokeConsent: (username: string, clientId: string) => Promise<void>;
	/** The live sessions of a person or of everyone, newest first. */
	readonly sessions: (username?: string) => Promise<readonly LiveSession[]>;
	/** Ends one session by its `sid`. @throws NotFound */
	readonly endSession: (sid: string) => Promise<void>;
	/** @returns the `sid` of each that was ended */
	readonly endSessionsOf: (username: string) => Promise<readonly string[]>;
	/** Ends every session, code and grant there is. */
	readonly endEverything: () => Promise<void>;
	readonly rotateKeys: (rotation: Rotation) => Promise<void>;
	/** A compact JWS of these very claims by the key that signs now. */
	readonly sign: (typ: string, claims: object, alg?: SigningAlgorithm) => Promise<string>;
	/** Requests in flight end, everything is closed. */
	readonly close: () => Promise<void>;
}

/** A password as `gatehouse user add --generate` makes it: 100 bits. */
export function makePassword(): string {
	return generatePassword({ bytes: randomBytes });
}

/**
 * Opens Gatehouse for a process that wants it inside itself. The configuration is judged as a file is.
 *
 * @param world time, chance and the log; `systemWorld` is the real one
 * @throws ConfigurationError with every fault, StoreUnusable, Refusal
 * @example
 * const gatehouse = await embed({ issuer: "http://localhost:4000", store: { url: "sqlite::memory:" } }, systemWorld(log));
 * createServer(gatehouse.answer).listen(4000, "127.0.0.1");
 */
export async function embed(file: ConfigurationFile, world: World): Promise<Embedded> {
	const supported = { authMethods: clientAuthMethods.map(({ name }) => name), grantTypes: grantTypes.map(({ name }) => name) };
	const configuration = parseConfiguration(file, writtenInCode, supported, "the configuration");
	const { app, ground, refresh, logouts, close } = await createGatehouse(configuration, world);
	const operator = { ...managing(ground, "operator"), supported };
	const { now } = world;
	await app.ready();
	const failed = (job: string, error: unknown) =>
		world.log.error({ job, cause: String(error) }, "a job failed; it runs again at its next turn");
	const stopJobs = startJobs([{ name: "logouts", every: 1_000, run: logouts.look }], failed);

	/** Whatever another process would see within a second is effective at once. */
	async function effective<T>(work: Promise<T>): Promise<T> {
		const result = await work;
		await refresh();
		await logouts.idle();
		return result;
	}

	return {
		answer: (request, response) => app.routing(request, response),
		registry: ground.registry,
		person: (username) => findPerson(operator, username),
		addPerson: async (written) =>
			void (await effective(addPerson(operator, { ...toPerson(read("person", user, written)), password: written.password }, now()))),
		addClient: async (written) => {
			const { metadata, secrets } = toClient(read("client", client, written));
			await effective(addClient(operator, { metadata: { ...metadata, client_id: written.client_id }, secrets }, now()));
		},
		setPersonEnabled: (username, enabled) => effective(setPersonEnabled(operator, username, enabled, now())),
		setClientEnabled: (clientId, enabled) => effective(setClientEnabled(operator, clientId, enabled, now())),
		revokeConsent: (username, clientId) => effective(revokeConsent(operator, username, clientId, now())),
		sessions: (username) => listSessions(operator, username, 1_000, now()),
		endSession: (sid) => effective(endSession(operator, sid, now())),
		endSessionsOf: (username) => effective(endSessionsOf(operator, username, now())),
		endEverything: async () => {
			await ground.store.settings.raiseEpoch([ground.newEvent(now(), { type: "epoch.raised", actor: "operator" })]);
		},
		rotateKeys: async (rotation) => void (await effective(rotateKeys(operator, rotation, now()))),
		sign: (typ, claims, alg = "RS256") => {
			const key = ground.ring().signer(alg, now());
			return signJws(key, encodeHeader({ alg: key.alg, typ, kid: key.kid }), claims);
		},
		async close() {
			await stopJobs();
			await close();
		},
	};
}

/** Code has its secrets at hand: what it writes names no files and no variables. */
const writtenInCode = {
	folder: process.cwd(),
	env: {},
	readFile: (path: string): never => {
		throw Object.assign(new Error(`no file ${path}`), { code: "ENOENT" });
	},
};

/** @throws ConfigurationError with every fault. */
function read<Value>(place: string, shape: Shape<Value, unknown>, written: unknown): Value {
	const faults: Fault[] = [];
	const value = shape.read(written, { place, ground: writtenInCode, faults });
	if (value === undefined || faults.length > 0) throw new ConfigurationError(undefined, faults);
	return value;
}
