import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { contradictions, type PartialClient, type Supported } from "./config/contradictions.ts";
import { noticesOf } from "./config/notices.ts";
import { readConfigurationFile, UnreadableFile } from "./config/read-file.ts";
import { readSettings } from "./config/read-settings.ts";
import type { NestedFile, NestedValue } from "./config/row.ts";
import { type MasterKeySource, masterKeys } from "./config/secrets.ts";
import { settings } from "./config/settings.ts";
import { type Fault, type Ground, member, type Reading } from "./config/shape.ts";
import { toClient, toPerson } from "./config/to-declaration.ts";
import { type Declaration, type DeclaredClient, type DeclaredPerson, isLoopbackIssuer, type ResourceRow } from "./model/index.ts";

import { createGuard } from "./outbound/index.ts";

export type { Supported } from "./config/contradictions.ts";
export type { Fault, Ground } from "./config/shape.ts";

/** How a configuration is written, in every kind of file. */
export type ConfigurationFile = NestedFile<typeof settings>;

type Settings = NestedValue<typeof settings>;

/** A configuration without a fault: paths absolute, secrets read, durations in milliseconds; frozen. */
export interface Configuration extends Omit<Settings, "resources" | "clients" | "users" | "revision" | "masterKey"> {
	/** The file it was read from; absent: defaults and variables alone. */
	readonly file?: string;
	/** The issuer is a loopback one: only then are there development comforts. */
	readonly loopback: boolean;
	/** The folder of the SQLite file; absent for a store in memory. */
	readonly dataFolder?: string;
	/** Newest first; empty: a store in memory gets one made for its run. */
	readonly masterKeys: readonly MasterKeySource[];
	/** What the file declares; absent without a file, which then manages nothing. */
	readonly declaration?: Declaration;
	/** What is allowed and should be known: named at the start. */
	readonly notices: readonly string[];
}

/** Everything that is wrong with a configuration, at once. */
export class ConfigurationError extends Error {
	readonly faults: readonly Fault[];
	/** Absent: defaults and variables alone. */
	readonly file?: string;

	constructor(file: string | undefined, faults: readonly Fault[]) {
		const lines = faults.map(({ place, text }) => (place === "" ? text : `${place} ${text}`));
		const source = file ?? "the configuration";
		super(
			lines.length === 1
				? `${source}: ${lines[0]}`
				: `${source} has ${lines.length} faults:\n${lines.map((line) => `  ${line}`).join("\n")}`,
		);
		this.name = "ConfigurationError";
		this.faults = faults;
		if (file !== undefined) this.file = file;
	}
}

/**
 * Gives a configuration in TypeScript its types; returns it as it is.
 *
 * @example export default defineConfig({ issuer: "https://auth.company.com" });
 */
export function defineConfig(file: ConfigurationFile): ConfigurationFile {
	return file;
}

/** Where a configuration comes from. */
export interface Sources {
	/** Relative to `cwd`; absent: defaults and variables alone. */
	readonly file?: string;
	readonly cwd: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly supported: Supported;
}

/**
 * Reads file and variables.
 *
 * @throws ConfigurationError with every fault.
 * @example await loadConfiguration({ file: "gatehouse.yaml", cwd: process.cwd(), env: process.env, supported });
 */
export async function loadConfiguration(sources: Sources): Promise<Configuration> {
	const file = sources.file === undefined ? undefined : resolve(sources.cwd, sources.file);
	let written: unknown = {};
	try {
		if (file !== undefined) written = await readConfigurationFile(file);
	} catch (error) {
		if (error instanceof UnreadableFile) throw new ConfigurationError(file, [{ place: "", text: error.message }]);
		throw error;
	}
	const ground = { folder: file === undefined ? sources.cwd : dirname(file), env: sources.env, readFile: readFileSync };
	return parseConfiguration(written, ground, sources.supported, file);
}

/**
 * Judges a configuration as it is written.
 *
 * @param file where it comes from; absent: nobody wrote it, and it declares nothing
 * @throws ConfigurationError with every fault.
 */
export function parseConfiguration(written: unknown, ground: Ground, supported: Supported, file?: string): Configuration {
	const faults: Fault[] = [];
	const reading: Reading = { place: "", ground, faults };
	const { resources, clients, users, revision, masterKey, ...rest } = readSettings(settings, written, reading);
	// Whatever was faulty is missing from here on: the rest is still searched for contradictions.
	const issuer = rest.issuer ?? "";
	const loopback = rest.issuer === undefined || isLoopbackIssuer(issuer);
	const dataFolder = rest.store.url?.startsWith("sqlite:/") ? dirname(rest.store.url.slice("sqlite:".length)) : undefined;
	const { allow } = rest.outbound;
	const whyNotCalled = allow === undefined ? () => undefined : createGuard({ loopback, allow }).whyNot;
	const keys = masterKey ?? defaultMasterKey(rest.store.url, dataFolder, loopback, reading);
	const parts = { resources: resources ?? [], clients: (clients ?? []).map(toClient), people: (users ?? []).map(toPerson) };
	const further = [
		...contradictions(parts.resources, parts.clients, parts.people, issuer, { ...supported, whyNotCalled }),
		...settingFaults(rest),
		...masterKeyFaults(keys, loopback ? undefined : dataFolder),
	];
	faults.push(...further.filter((one) => !faults.some((known) => isConsequence(one, known))));
	if (faults.length > 0)
		throw new ConfigurationError(
			file,
			faults.map((one) => ({ ...one, text: one.text + whose(one.place, parts) })),
		);
	const declaration: Declaration = { ...parts, clients: parts.clients.map(complete), ...(revision === undefined ? {} : { revision }) };
	const configuration = {
		...rest,
		...(file === undefined ? {} : { file, declaration }),
		...(dataFolder === undefined ? {} : { dataFolder }),
		loopback,
		masterKeys: keys,
	};
	return deepFreeze({ ...configuration, notices: noticesOf(configuration, ground.env) });
}

/** A key belongs where backups and copies of the data do not reach; on loopback, comfort comes first. */
function defaultMasterKey(store: string, dataFolder: string | undefined, loopback: boolean, reading: Reading): readonly MasterKeySource[] {
	if (store === "sqlite::memory:") return [];
	const file = loopback && dataFolder !== undefined ? join(dataFolder, "master.key") : join("secrets", "master.key");
	return masterKeys.read({ file }, { ...reading, place: "masterKey" }) ?? [];
}

function masterKeyFaults(keys: readonly MasterKeySource[], dataFolder: string | undefined): Fault[] {
	return keys.flatMap(({ file, key }, index) => {
		const place = keys.length === 1 ? "masterKey" : member("masterKey", index);
		if (file === undefined) return [];
		if (dataFolder !== undefined && !relative(dataFolder, file).startsWith(".."))
			return [{ place, text: `names ${file}, which lies in the data folder: a copy of the data would carry its key, keep it elsewhere` }];
		// One key alone may be made at the first start: only the store knows whether this is one.
		return key === undefined && keys.length > 1 ? [{ place, text: `names ${file}, which does not exist` }] : [];
	});
}

/** Whose fault it is, beside its number in a list: nobody counts to the fortieth client. */
function whose(
	place: string,
	parts: {
		readonly resources: readonly Partial<ResourceRow>[];
		readonly clients: readonly PartialClient[];
		readonly people: readonly Partial<DeclaredPerson>[];
	},
): string {
	const [, list, index, field] = /^(resources|clients|users)\[(\d+)\]\.(\w+)/.exec(place) ?? [];
	const number = Number(index);
	const ids: Readonly<Record<string, readonly [what: string, field: string, id: string | undefined]>> = {
		resources: ["resource", "identifier", parts.resources[number]?.identifier],
		clients: ["client", "client_id", parts.clients[number]?.metadata.client_id],
		users: ["user", "username", parts.people[number]?.username],
	};
	const [what, own, id] = ids[list ?? ""] ?? [];
	return id === undefined || field === own ? "" : ` (${what} ${id})`;
}

/** What could not be read is missing, and of what is missing more could be said: once is enough. */
function isConsequence(later: Fault, known: Fault): boolean {
	return known.place === later.place || known.place.startsWith(`${later.place}.`) || known.place.startsWith(`${later.place}[`);
}

function settingFaults(rest: Pick<Settings, "listen" | "adminListen" | "sessions" | "refreshTokens">): Fault[] {
	const { listen, adminListen, sessions, refreshTokens } = rest;
	const faults: Fault[] = [];
	const say = (place: string, text: string) => faults.push({ place, text });
	if ((listen.tls.cert === undefined) !== (listen.tls.key === undefined)) say("listen.tls", "must have both `cert` and `key`");
	if (adminListen.host !== undefined && adminListen.port === undefined) say("adminListen", "must have a `port`");
	if (sessions.idle > sessions.absolute) say("sessions.idle", "is longer than `sessions.absolute`: a session never lives longer than that");
	if (refreshTokens.idle > refreshTokens.absolute)
		say("refreshTokens.idle", "is longer than `refreshTokens.absolute`: a family never lives longer than that");
	return faults;
}

/** A client of a configuration without fault has its id. */
function complete({ metadata, secrets }: PartialClient): DeclaredClient {
	return { metadata: { ...metadata, client_id: metadata.client_id ?? "" }, secrets };
}

function deepFreeze<T>(value: T): T {
	if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
	Object.values(value).forEach(deepFreeze);
	return Object.freeze(value);
}
