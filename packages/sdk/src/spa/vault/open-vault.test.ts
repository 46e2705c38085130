import { afterEach, expect, test, vi } from "vitest";
import { openVault } from "./open-vault.ts";

type Handler = ((event: { readonly data: unknown }) => void) | null;

/** A worker that never ran: what it is told, the test sees; what it says, the test decides. */
class FakeWorker {
	static readonly all: FakeWorker[] = [];
	onmessage: Handler = null;
	onerror: Handler = null;
	readonly heard: { readonly id: number; readonly ask: string }[] = [];
	readonly url: unknown;
	constructor(url: unknown) {
		this.url = url;
		FakeWorker.all.push(this);
	}
	postMessage(message: FakeWorker["heard"][number]): void {
		this.heard.push(message);
	}
}

afterEach(() => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

function start() {
	vi.stubGlobal("Worker", FakeWorker);
	const answer = openVault()("token", { resource: "https://orders.acme.test", scope: undefined, minTtl: 30, refused: undefined });
	return { answer, worker: FakeWorker.all.at(-1)! };
}

const notSignedIn = { fault: { code: "not_signed_in", message: "Nobody is signed in.", traceId: undefined } };

test("a worker that is ready is asked, and each answer goes to who asked", async () => {
	const { answer, worker } = start();
	worker.onmessage?.({ data: "ready" });
	await vi.waitFor(() => expect(worker.heard).toHaveLength(1));
	const value = { accessToken: "a", scope: [], expiresIn: 1, fresh: true };
	worker.onmessage?.({ data: { id: 99, answer: { value: "of nobody" } } });
	worker.onmessage?.({ data: { id: worker.heard[0]!.id, answer: { value } } });
	expect(await answer).toEqual({ value });
});

test("a worker that the page's policy forbids, and one that never starts, are done without", async () => {
	const forbidden = start();
	forbidden.worker.onerror?.({ data: undefined });
	expect(await forbidden.answer).toEqual(notSignedIn);

	vi.useFakeTimers();
	const silent = start();
	await vi.advanceTimersByTimeAsync(5000);
	expect(await silent.answer).toEqual(notSignedIn);
	expect(silent.worker.heard).toEqual([]);
});

test("Trusted Types: the address goes through the one policy `gatehouse`; where that is not allowed, there is no worker", async () => {
	const createPolicy = vi.fn((_name: string, rules: { createScriptURL: (url: string) => string }) => ({
		createScriptURL: (url: string) => ({ trusted: rules.createScriptURL(url) }),
	}));
	vi.stubGlobal("trustedTypes", { createPolicy });
	const { worker } = start();
	expect(createPolicy.mock.calls[0]?.[0]).toBe("gatehouse");
	expect(worker.url).toEqual({ trusted: expect.stringMatching(/^blob:/) });

	const before = FakeWorker.all.length;
	createPolicy.mockImplementation(() => {
		throw new TypeError("not allowed");
	});
	expect(await start().answer).toEqual(notSignedIn);
	expect(FakeWorker.all).toHaveLength(before);
});
