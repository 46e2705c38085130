import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LogEntry, ModuleInfo } from "./suite.ts";

/** How a module of the fake suite goes: what each look at it shows, the last for ever. */
export interface Course {
	readonly states: readonly ModuleInfo[];
	readonly log?: readonly LogEntry[];
	/** The log has one entry more at each look. */
	readonly busy?: true;
}

/** A conformance suite without its tests: the HTTP API that the runner drives, and modules that go as they are told. */
export interface FakeSuite extends AsyncDisposable {
	readonly url: string;
	/** Every request that changed something: method and path, with the module's name in place of its id. */
	readonly calls: readonly string[];
	/** The body of the last plan. */
	readonly configuration: () => Readonly<Record<string, unknown>> | undefined;
}

export const passed: Course = { states: [{ status: "RUNNING" }, { status: "FINISHED", result: "PASSED" }] };

/** @param modules of every plan, by their names */
export async function fakeSuite(modules: Readonly<Record<string, Course>>): Promise<FakeSuite> {
	const calls: string[] = [];
	const looks = new Map<string, number>();
	const logs = new Map<string, number>();
	const started = new Set<string>();
	let configuration: Readonly<Record<string, unknown>> | undefined;
	const look = (name: string): ModuleInfo => {
		const { states } = modules[name]!;
		const at = looks.get(name) ?? 0;
		const state = states[Math.min(at, states.length - 1)]!;
		// It stays CONFIGURED until somebody starts it.
		if (state.status !== "CONFIGURED" || started.has(name)) looks.set(name, at + 1);
		return state;
	};
	const answers = (method: string, url: URL, body: string): unknown => {
		const [, , what = "", name = ""] = url.pathname.split("/");
		if (method === "POST" && what === "plan") {
			configuration = JSON.parse(body);
			return { id: "plan", modules: Object.keys(modules).map((testModule) => ({ testModule, variant: { client_auth_type: "none" } })) };
		}
		if (method === "POST" && what === "runner" && name === "") return { id: url.searchParams.get("test") };
		if (method === "POST" && what === "runner") started.add(name);
		if (what === "server") return { version: "5.2.4" };
		if (what === "info") return look(name);
		if (what === "log") {
			const { log = [], busy } = modules[name]!;
			logs.set(name, (logs.get(name) ?? 0) + 1);
			return busy ? [...log, ...Array<LogEntry>(logs.get(name)!).fill({ msg: "working" })] : log;
		}
		return {};
	};
	const server = createServer(async (request, answer) => {
		const url = new URL(request.url ?? "/", "http://suite");
		let body = "";
		for await (const part of request) body += part;
		if (request.method !== "GET") calls.push(`${request.method} ${url.pathname} ${url.searchParams.get("test") ?? ""}`.trim());
		answer.setHeader("content-type", "application/json");
		answer.end(url.pathname.startsWith("/api/plan/exporthtml/") ? "PK zipped" : JSON.stringify(answers(request.method ?? "", url, body)));
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		calls,
		configuration: () => configuration,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, "close");
		},
	};
}
