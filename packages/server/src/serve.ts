import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Configuration } from "./config.ts";
import { type Ground, openGround } from "./ground.ts";
import type { DoorGround } from "./http/door.ts";
import { createPages } from "./http/pages/index.ts";
import { createServer } from "./http/server.ts";
import { createLogos } from "./jobs/logos.ts";
import type { Logouts } from "./jobs/logouts.ts";
import { reapClients } from "./jobs/reap-clients.ts";
import { createKeyRotation } from "./jobs/rotate-keys.ts";
import { type Job, startJobs } from "./jobs/schedule.ts";
import type { Declared } from "./management/declare.ts";
import { commonPasswords } from "./management/password-rules.ts";
import { managing, prepareStore } from "./managing.ts";
import { createUseNotes } from "./oauth/registration/use.ts";
import { tellingOn, whoWakes } from "./telling.ts";
import type { World } from "./world.ts";

/** Gatehouse, composed and ready to answer. */
export interface Gatehouse {
	readonly ground: Ground;
	readonly app: FastifyInstance;
	/** What applying the file came to; absent without a file. */
	readonly declared: Declared | undefined;
	/** Takes in what changed in the store; the server does so by itself once it listens. */
	readonly refresh: () => Promise<boolean>;
	/** Tells apps which sessions ended; the server does so by itself once it listens. */
	readonly logouts: Logouts;
	/** Begins to listen, and to run its jobs. @returns the address it listens on */
	readonly listen: () => Promise<AddressInfo>;
	/** Readiness falls; requests are answered as before. */
	readonly drain: () => void;
	/** Requests in flight end, everything is closed. */
	readonly close: () => Promise<void>;
}

/**
 * Composes configuration, ground, rules and doors. What the file declares is in the store when this returns.
 *
 * @throws StoreUnusable
 * @example const gatehouse = await createGatehouse(configuration, systemWorld(log)); await gatehouse.listen();
 */
export async function createGatehouse(configuration: Configuration, world: World): Promise<Gatehouse> {
	const ground = await openGround(configuration, world);
	let draining = false;
	let stopJobs: () => Promise<void> = async () => {};
	let declared: Declared | undefined;
	try {
		declared = await prepareStore(ground);
		await ground.refresh();
	} catch (error) {
		await ground.close();
		throw error;
	}
	const { cert, key } = configuration.listen.tls;
	const logouts = tellingOn(ground);
	const doors = doorGround(ground, logouts, () => draining);
	const app = createServer(doors, cert !== undefined && key !== undefined ? { cert, key } : undefined);
	return {
		ground,
		app,
		declared,
		refresh: ground.refresh,
		logouts,
		async listen() {
			await app.listen({ host: configuration.listen.host, port: configuration.listen.port });
			const failed = (job: string, error: unknown) =>
				world.log.error({ job, cause: String(error) }, "a job failed; it runs again at its next turn");
			stopJobs = startJobs(jobsOf(ground, logouts), failed);
			return app.server.address() as AddressInfo;
		},
		drain() {
			draining = true;
		},
		async close() {
			draining = true;
			const stopped = stopJobs();
			await app.close();
			// A job may wait for somebody who does not answer: what it calls ends first. An app that was being told is told at the next start.
			await ground.outbound.close();
			await logouts.stop();
			await stopped;
			await ground.close();
		},
	};
}

/** What runs again and again, and how often, in milliseconds. */
function jobsOf(ground: Ground, logouts: Logouts): readonly Job[] {
	const { store, configuration, world, newEvent, refresh } = ground;
	const rotateKeys = createKeyRotation(managing(ground, "job"), configuration.signing.rotateAfter);
	const reaping = { registrations: store.registrations, refreshIdle: configuration.refreshTokens.idle, newEvent };
	return [
		{ name: "refresh", every: 1_000, run: refresh },
		{ name: "logos", every: 1_000, run: createLogos({ ...ground, ...store, now: world.now, log: world.log }) },
		{ name: "logouts", every: 1_000, run: logouts.look },
		{ name: "rotate keys", every: 60_000, run: () => rotateKeys(world.now()) },
		{ name: "reap clients", every: 600_000, run: () => reapClients(reaping, world.now()) },
	];
}

/** The slices of the ground that each rule takes. */
function doorGround(ground: Ground, logouts: Logouts, draining: () => boolean): DoorGround {
	const { configuration, store, tokens, random, world, newEvent } = ground;
	const { issuer, branding } = configuration;
	const { sessions, people } = whoWakes(store, logouts.wake);
	const limits = { sessions: configuration.sessions, refreshTokens: configuration.refreshTokens };
	const pages = createPages({ branding, https: issuer.startsWith("https:") });
	const { seals, macs, refreshTokens, secrets, subjects, sessionCookies, passwords, tokenIssuer, clientSignatures } = tokens;
	const newSession = (now: number) => ({ id: random.id(now), ...sessionCookies.create() });
	return {
		issuer,
		oauth: {
			issuer,
			limits,
			registry: ground.registry,
			defaultAlg: configuration.signing.default,
			consents: store.consents,
			grants: store.grants,
			deniedTokens: store.deniedTokens,
			sessions,
			newEvent,
			newGrantId: random.id,
			newOperation: random.id,
			newSalt: () => random.bytes(16),
			macKeyVersion: refreshTokens.version,
			sealCode: (code, now) => seals.seal("code", code, now),
			openCode: (code, now) => seals.open("code", code, now),
			parseRefreshToken: refreshTokens.parse,
			isGenuine: refreshTokens.isGenuine,
			secretMatches: secrets.matches,
			clientSignatures,
			clientKeys: ground.keysOf,
			outbound: ground.outbound,
			usedOnce: store.usedOnce,
			s256: tokenIssuer.s256,
			subjectOf: subjects.of,
			issue: tokenIssuer.issue,
			signUserinfo: tokenIssuer.signUserinfo,
			noteUse: createUseNotes(store.registrations),
			verifyAccessToken: tokenIssuer.verifyAccessToken,
			verifyIdTokenHint: tokenIssuer.verifyIdTokenHint,
		},
		login: {
			people,
			sessions,
			consents: store.consents,
			guesses: store.guesses,
			sessionLimits: configuration.sessions,
			newEvent,
			newSession,
			parseCookie: sessionCookies.parse,
			equal: sessionCookies.equal,
			bucket: macs.bucket,
			isDevice: macs.isDevice,
			verifyPassword: passwords.verify,
		},
		account: {
			people,
			sessions,
			sessionLimits: configuration.sessions,
			consents: store.consents,
			events: store.events,
			guesses: store.guesses,
			registry: ground.registry,
			newEvent,
			newSession,
			bucket: macs.bucket,
			isDevice: macs.isDevice,
			verifyPassword: passwords.verify,
			hashPassword: passwords.hash,
			commonPasswords,
		},
		receipt: { logouts: store.logouts, registry: ground.registry },
		logoutNews: logouts.news,
		registration: {
			issuer,
			...configuration.registration,
			registrations: store.registrations,
			registrationTokens: tokens.registrationTokens,
			guesses: store.guesses,
			bucket: macs.bucket,
			secrets,
			outbound: ground.outbound,
			newClientId: random.id,
			newEvent,
			learn: ground.learn,
		},
		seals,
		macs,
		pages,
		jwks: tokenIssuer.jwks,
		knownLogos: ground.knownLogos,
		findLogo: store.logos.find,
		ping: store.ping,
		draining,
		trustedProxies: configuration.trustedProxies,
		now: world.now,
		random: random.bytes,
		sleep: world.sleep,
		log: world.log,
	};
}
