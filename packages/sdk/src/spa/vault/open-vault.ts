import { webDigest } from "../../core/digest.ts";
import type { Answer, Vault } from "./messages.ts";
import { workerSource } from "./worker-source.ts";

/** The one name that a page with `require-trusted-types-for 'script'` must allow: `trusted-types gatehouse`. */
const policyName = "gatehouse";

/** Milliseconds that a worker may take to start before the page goes on without it. */
const patience = 5000;

interface TrustedTypes {
	readonly createPolicy: (
		name: string,
		rules: { readonly createScriptURL: (url: string) => string },
	) => {
		readonly createScriptURL: (url: string) => string;
	};
}

/**
 * Starts the vault in a worker, from its source as it stands in this package, so that no bundler must find a file. Where the page's
 * Content-Security-Policy forbids that (`worker-src blob:` is missing), the vault lives in a closure of the page, which is fetched only then.
 */
export function openVault(): Vault {
	let opened: Promise<Vault> | undefined;
	return async (ask, request) => {
		opened ??= startWorker().catch(() => import("./closure.ts").then(({ openClosure }) => openClosure(webDigest)));
		return (await opened)(ask, request);
	};
}

async function startWorker(): Promise<Vault> {
	const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
	try {
		const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
		const trusted = trustedTypes?.createPolicy(policyName, { createScriptURL: (text) => text }).createScriptURL(url);
		const worker = new Worker(trusted ?? url);
		// A policy that forbids it is told by an event, not by the constructor; what else may be in the way tells nothing.
		await new Promise((resolve, reject) => {
			worker.onmessage = resolve;
			worker.onerror = reject;
			setTimeout(reject, patience);
		});
		return speakTo(worker);
	} finally {
		URL.revokeObjectURL(url);
	}
}

function speakTo(worker: Worker): Vault {
	const waiting = new Map<number, (answer: Answer<never>) => void>();
	let last = 0;
	worker.onmessage = ({ data: { id, answer } }: MessageEvent<{ readonly id: number; readonly answer: Answer<never> }>) => {
		waiting.get(id)?.(answer);
		waiting.delete(id);
	};
	return (ask, request) =>
		new Promise((resolve) => {
			const id = ++last;
			waiting.set(id, resolve);
			worker.postMessage({ id, ask, request });
		});
}
