import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Issuer, startIssuer } from "@gatehouse/testing";
import { createClient } from "@redis/client";
import { type Redis, startRedis } from "../../../../test/redis.ts";
import { createApi } from "../../src/resource-server/index.ts";
import type { ReplicaSettings } from "./replica.ts";

export const names = [0, 1, 2] as const;
export type Name = (typeof names)[number];

/** Three replicas of a back end as processes, behind a proxy that takes them in turn; a real Redis, a real issuer, a real API. */
export interface Cluster extends AsyncDisposable {
	readonly issuer: Issuer;
	readonly redis: Redis;
	/** A browser of Alice's, signed in. */
	readonly signIn: () => Promise<Browser>;
	/** It stands still in the middle of whatever it does, and the proxy takes the others. */
	readonly pause: (name: Name) => void;
	readonly resume: (name: Name) => void;
	/** It ends at once, and another takes its place. */
	readonly replace: (name: Name) => Promise<void>;
	/** As Redis does when a lease has run out. */
	readonly leasesRunOut: () => Promise<void>;
	/** The tokens of now are old: the API takes them no more. */
	readonly nextGeneration: () => void;
	/** What the issuer noticed that an honest client does not do. */
	readonly suspicions: () => readonly unknown[];
}

export interface Browser {
	/** Calls the API through the back end, by the replica whose turn it is, or by a certain one. @returns status and body */
	readonly call: (by?: Name, init?: RequestInit) => Promise<string>;
	readonly session: (by?: Name) => Promise<string>;
}

export async function openCluster(): Promise<Cluster> {
	const redis = await startRedis();
	const api = await listen((request, response) => void answerApi(request, response));
	const proxy = await listen((incoming, outgoing) => forward(incoming, outgoing));
	const [apiOrigin, origin] = [originOf(api, "127.0.0.1"), originOf(proxy, "localhost")];
	const issuer = await startIssuer({
		host: "127.0.0.1",
		resources: [{ identifier: apiOrigin, name: "Orders", scopes: { "orders.read": "See your orders" } }],
		clients: [
			{
				client_id: "shop-bff",
				redirect_uris: [`${origin}/auth/callback`],
				grant_types: ["authorization_code", "refresh_token"],
				scope: "openid profile orders.read",
				first_party: true,
			},
		],
	});
	const settings: ReplicaSettings = {
		issuer: issuer.url,
		secret: issuer.client().client_secret!,
		origin,
		api: apiOrigin,
		redis: redis.url,
	};
	const guard = createApi({ issuer: issuer.url, resource: apiOrigin, now: issuer.clock.now }).guard({ scope: "orders.read" });
	const answerApi: RequestListener = async (incoming, response) => {
		const caller = await guard.verify(incoming).catch((error) => error);
		if ("status" in caller) response.writeHead(caller.status, caller.headers).end();
		else response.end(`${caller.subject === issuer.person().sub}`);
	};

	const replicas = await Promise.all(names.map(() => startReplica(settings)));
	const stopped = new Set<Name>();
	let turn = 0;

	const forward: RequestListener = (incoming, outgoing) => {
		const awake = names.filter((name) => !stopped.has(name));
		const asked = incoming.headers["x-replica"];
		const name = asked === undefined ? awake[turn++ % awake.length]! : (Number(asked) as Name);
		const { method, url: path, headers } = incoming;
		const through = request({ host: "127.0.0.1", port: replicas[name]!.port, method, path, headers, agent: false }, (answer) => {
			outgoing.writeHead(answer.statusCode!, answer.headers);
			answer.pipe(outgoing);
		});
		through.on("error", () => outgoing.destroy());
		incoming.pipe(through);
	};

	async function signIn(): Promise<Browser> {
		const visitor = issuer.visitor();
		const { text } = await visitor.open(`${origin}/auth/sign-in?returnTo=/`);
		const value = visitor.cookie(origin, "__Host-Http-session-shop-bff");
		if (value === undefined) throw new Error(`The sign-in ended at: ${text}`);
		const cookie = `__Host-Http-session-shop-bff=${value}`;
		const ask = async (path: string, by?: Name, init?: RequestInit) => {
			const headers = { cookie, "x-csrf": "1", ...(by !== undefined && { "x-replica": String(by) }) };
			const answer = await fetch(origin + path, { ...init, headers });
			return `${answer.status} ${answer.headers.get("gatehouse-error") ?? (await answer.text())}`;
		};
		return {
			call: (by, init) => ask("/api/orders", by, init),
			async session(by) {
				const said = await ask("/auth/session", by);
				return said.includes('"session":{') ? "signed in" : said;
			},
		};
	}

	return {
		issuer,
		redis,
		signIn,
		pause(name) {
			stopped.add(name);
			replicas[name]!.child.kill("SIGSTOP");
		},
		resume(name) {
			stopped.delete(name);
			replicas[name]!.child.kill("SIGCONT");
		},
		async replace(name) {
			stopped.add(name);
			replicas[name]!.child.kill("SIGKILL");
			replicas[name] = await startReplica(settings);
			stopped.delete(name);
		},
		async leasesRunOut() {
			const client = await createClient({ url: redis.url }).connect();
			for (const key of await client.keys("gatehouse:lease:*")) await client.del(key);
			client.destroy();
		},
		nextGeneration: () => issuer.clock.pass("11m"),
		suspicions: () => issuer.log.filter(({ fields }) => /stale|reuse|revoked/.test(JSON.stringify(fields))),
		async [Symbol.asyncDispose]() {
			issuer.mend();
			for (const { child } of replicas) child.kill("SIGKILL");
			for (const server of [proxy, api]) server.close().closeAllConnections();
			await issuer.stop();
			await redis[Symbol.asyncDispose]();
		},
	};
}

interface Replica {
	readonly child: ChildProcess;
	readonly port: number;
}

async function startReplica(settings: ReplicaSettings): Promise<Replica> {
	const child = fork(join(import.meta.dirname, "replica.ts"), {
		execArgv: ["--conditions=@gatehouse/source"],
		env: { ...process.env, REPLICA: JSON.stringify(settings) },
		stdio: ["ignore", "ignore", "inherit", "ipc"],
	});
	const failed = once(child, "exit").then(() => Promise.reject(new Error("a replica ended before it listened")));
	const [port] = (await Promise.race([once(child, "message"), failed])) as [number];
	failed.catch(() => undefined);
	return { child, port };
}

function listen(handle: RequestListener): Promise<Server> {
	return new Promise((done) => {
		const server = createServer(handle).listen(0, "127.0.0.1", () => done(server));
	});
}

const originOf = (server: Server, host: string) => `http://${host}:${(server.address() as AddressInfo).port}`;
