import { connect, rootCertificates } from "node:tls";
import { Agent, type Dispatcher, request } from "undici";

/** What the operator must mend: one sentence. */
export class Trouble extends Error {}

/** A module as a plan lists it. */
export interface PlannedModule {
	readonly testModule: string;
	readonly variant?: Readonly<Record<string, string>>;
}

/** How far a module has come, and how it went. */
export interface ModuleInfo {
	readonly status: "CREATED" | "CONFIGURED" | "WAITING" | "RUNNING" | "FINISHED" | "INTERRUPTED";
	readonly result?: "PASSED" | "WARNING" | "REVIEW" | "SKIPPED" | "FAILED" | "UNKNOWN" | null;
}

/** One line of a module's log; `src` is the condition that wrote it. */
export interface LogEntry {
	readonly src?: string;
	readonly msg?: string;
	readonly result?: string;
	readonly time?: number;
}

/** A running conformance suite, through its HTTP API. */
export interface Suite {
	readonly url: string;
	readonly version: string;
	/** The certificates it showed, PEM; absent on plain http. */
	readonly certificates?: string;
	readonly createPlan: (
		name: string,
		variant: Readonly<Record<string, string>>,
		configuration: object,
	) => Promise<{ readonly id: string; readonly modules: readonly PlannedModule[] }>;
	/** Creates a module of a plan, which starts by itself unless it waits to be started; answers its id. */
	readonly createModule: (plan: string, module: PlannedModule) => Promise<string>;
	readonly start: (id: string) => Promise<void>;
	readonly info: (id: string) => Promise<ModuleInfo>;
	readonly log: (id: string) => Promise<readonly LogEntry[]>;
	readonly cancel: (id: string) => Promise<void>;
	/** The whole plan with its logs as pages, zipped. */
	readonly exportPlan: (id: string) => Promise<Uint8Array>;
}

/**
 * Finds the suite at an address: https with whatever certificate it shows, or http. The certificate that it shows now is the one that is
 * trusted from here on, by this run and by the provider.
 *
 * @param token of a suite that is not in its developer mode
 * @throws Trouble when nothing answers, or something else does
 */
export async function findSuite(url: string, token?: string): Promise<Suite> {
	const base = url.replace(/\/+$/, "");
	const at = new URL(base);
	const certificates = at.protocol === "https:" ? await certificatesOf(at).catch((error: unknown) => away(base, error)) : undefined;
	const dispatcher = new Agent({
		...(certificates && { connect: { ca: [...rootCertificates, certificates] } }),
		headersTimeout: 60_000,
		bodyTimeout: 60_000,
	});
	const call = calling(base, dispatcher, token);
	const { version } = await serverOf(call, base);
	return {
		url: base,
		version,
		...(certificates && { certificates }),
		async createPlan(planName, variant, configuration) {
			const query = new URLSearchParams({ planName, ...(Object.keys(variant).length > 0 && { variant: JSON.stringify(variant) }) });
			return json(await call("POST", `api/plan?${query}`, configuration));
		},
		async createModule(plan, { testModule, variant = {} }) {
			const query = new URLSearchParams({ test: testModule, plan, variant: JSON.stringify(variant) });
			return json<{ readonly id: string }>(await call("POST", `api/runner?${query}`)).id;
		},
		async start(id) {
			await call("POST", `api/runner/${id}`);
		},
		info: async (id) => json(await call("GET", `api/info/${id}`)),
		log: async (id) => json(await call("GET", `api/log/${id}`)),
		async cancel(id) {
			await call("DELETE", `api/runner/${id}`);
		},
		exportPlan: (id) => call("GET", `api/plan/exporthtml/${id}`),
	};
}

type Call = (method: Dispatcher.HttpMethod, path: string, body?: object) => Promise<Uint8Array>;

function calling(base: string, dispatcher: Dispatcher, token: string | undefined): Call {
	return async (method, path, body) => {
		const answer = await request(`${base}/${path}`, {
			method,
			dispatcher,
			headers: {
				accept: "application/json, application/zip",
				"content-type": "application/json",
				...(token !== undefined && { authorization: `Bearer ${token}` }),
			},
			...(body && { body: JSON.stringify(body) }),
		}).catch((error: unknown) => away(base, error));
		const content = await answer.body.bytes();
		if (answer.statusCode >= 400) throw new Trouble(refusal(method, path, answer.statusCode, content));
		return content;
	};
}

function refusal(method: string, path: string, status: number, content: Uint8Array): string {
	const said = Buffer.from(content).toString("utf8").slice(0, 300).replaceAll(/\s+/g, " ");
	const call = `${method} /${path.split("?", 1)[0]}`;
	return status === 401 || status === 403
		? `the suite refuses ${call} with ${status}: start it in its developer mode, or put a token of it into CONFORMANCE_TOKEN`
		: `the suite answered ${call} with ${status}: ${said}`;
}

function json<T>(content: Uint8Array): T {
	return JSON.parse(Buffer.from(content).toString("utf8")) as T;
}

async function serverOf(call: Call, base: string): Promise<{ readonly version: string }> {
	const content = await call("GET", "api/server");
	try {
		const { version } = json<{ readonly version?: unknown }>(content);
		if (typeof version === "string") return { version };
	} catch {
		// Said below: it is something else.
	}
	throw new Trouble(`what answers at ${base} is no conformance suite: its /api/server tells no version`);
}

function away(base: string, error: unknown): never {
	if (error instanceof Trouble) throw error;
	const { code, message } = error as { readonly code?: string; readonly message: string };
	throw new Trouble(`no conformance suite answers at ${base} (${code ?? message}): start it, or name another with --suite URL`, {
		cause: error,
	});
}

/** The chain that a server shows, without a judgement about it. */
function certificatesOf(url: URL): Promise<string> {
	const host = url.hostname.replace(/^\[|\]$/g, "");
	return new Promise((resolve, reject) => {
		const socket = connect({
			host,
			port: Number(url.port || 443),
			...(/[a-z]/i.test(host) && { servername: host }),
			rejectUnauthorized: false,
		});
		socket.setTimeout(10_000, () => socket.destroy(new Error("it does not answer")));
		socket.once("error", reject);
		socket.once("secureConnect", () => {
			const chain: string[] = [];
			for (let each = socket.getPeerX509Certificate(); each && chain.length < 5; each = each.issuerCertificate) chain.push(each.toString());
			socket.destroy();
			resolve(chain.join(""));
		});
	});
}
