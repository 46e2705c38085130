import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { isLoopbackHost } from "../model/index.ts";
import { exchange } from "./exchange.ts";
import { createGuard, type GuardSettings, literalOf } from "./guard.ts";
import { createLines } from "./lines.ts";
import { createLookup, type Lookup } from "./lookup.ts";
import { type Outbound, type OutboundAnswer, OutboundFailure, type OutboundLimits } from "./outbound.ts";

/** What calling out stands on. Time and names are handed in where tests command them. */
export interface OutboundSettings extends GuardSettings {
	/** PEM: trusted beside the system's. */
	readonly ca?: string | undefined;
	readonly lookup?: Lookup;
	/** Aborts after so many milliseconds. */
	readonly deadline?: (ms: number) => AbortSignal;
}

interface Call {
	readonly method: "GET" | "POST";
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
}

/** D7. */
const usual = { maxBytes: 64 * 1024, timeout: 5_000 };
const crowd = { perHost: 4, total: 64, waiting: 16 };

/**
 * Makes the one {@link Outbound} of a process.
 *
 * @example const outbound = createOutbound({ loopback: false, allow: ["portal.internal"] });
 */
export function createOutbound(settings: OutboundSettings): Outbound {
	const { ca, lookup = createLookup(), deadline = AbortSignal.timeout } = settings;
	const guard = createGuard(settings);
	const lines = { known: createLines(crowd), strangers: createLines(crowd) };
	// Reading all those certificates takes a while, which a command that calls nobody need not wait for.
	let trusted: SecureContext | undefined;
	const trust = () => createSecureContext(ca === undefined ? {} : { ca: [...getCACertificates("default"), ca] });
	const closing = new AbortController();
	const underWay = new Set<Promise<unknown>>();

	async function call(text: string, what: Call, limits: OutboundLimits): Promise<OutboundAnswer> {
		const { maxBytes, timeout, stranger } = { ...usual, ...limits };
		const reason = guard.whyNot(text);
		if (reason !== undefined) throw new OutboundFailure("refused", reason);
		const url = new URL(text);
		const signal = AbortSignal.any([deadline(timeout), closing.signal]);
		try {
			return await lines[stranger ? "strangers" : "known"](url.host, signal, async () => {
				const addresses = await judged(url, signal);
				trusted ??= trust();
				return exchange({ ...what, url, addresses, maxBytes, secureContext: trusted, signal });
			});
		} catch (error) {
			if (closing.signal.aborted) throw new OutboundFailure("failed", "was not called to the end: Gatehouse is closing");
			if (signal.aborted) throw new OutboundFailure("failed", `did not answer within ${timeout / 1000} s`);
			throw error instanceof OutboundFailure ? error : new OutboundFailure("failed", wordsFor(error));
		}
	}

	/** Every address of a host, each of them judged: one that may not be called spoils all. */
	async function judged(url: URL, signal: AbortSignal): Promise<readonly string[]> {
		const addresses = await addressesOf(url, signal);
		for (const address of addresses) {
			const reason = guard.whyNotAddress(url, address);
			if (reason !== undefined) throw new OutboundFailure("refused", reason);
		}
		return addresses;
	}

	/** RFC 6761 §6.3: names of loopback are asked of nobody. */
	async function addressesOf(url: URL, signal: AbortSignal): Promise<readonly string[]> {
		const literal = literalOf(url);
		if (literal !== undefined) return [literal];
		if (isLoopbackHost(url.hostname)) return ["127.0.0.1", "::1"];
		return until(lookup(url.hostname, { system: guard.isKnown(url), signal }), signal);
	}

	/** Whoever closes waits for it. */
	async function noted(answer: Promise<OutboundAnswer>): Promise<OutboundAnswer> {
		underWay.add(answer);
		try {
			return await answer;
		} finally {
			underWay.delete(answer);
		}
	}

	return {
		whyNot: guard.whyNot,
		get: (url, { accept, ...limits }) => noted(call(url, { method: "GET", headers: { accept } }, limits)),
		post(url, form, limits) {
			const body = new URLSearchParams(form).toString();
			const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": String(Buffer.byteLength(body)) };
			return noted(call(url, { method: "POST", headers, body }, limits));
		},
		async close() {
			closing.abort();
			await Promise.allSettled(underWay);
		},
	};
}

/** The answer, unless the signal comes first: a resolver of the system cannot be called back. */
function until<Value>(answer: Promise<Value>, signal: AbortSignal): Promise<Value> {
	signal.throwIfAborted();
	return new Promise((resolve, reject) => {
		const stop = () => reject(signal.reason);
		signal.addEventListener("abort", stop, { once: true });
		answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
	});
}

/** Codes alone: messages of connections and certificates quote the other side. */
function wordsFor(error: unknown): string {
	const code = String((error as NodeJS.ErrnoException | undefined)?.code ?? "no code");
	if (code === "ENOTFOUND" || code === "ENODATA") return "has a host that the DNS does not know";
	if (/CERT|SELF_SIGNED|^UNABLE_TO/.test(code))
		return `has a certificate that is not trusted (${code}): name its issuer in \`outbound.ca\``;
	if (code === "HPE_HEADER_OVERFLOW") return "answers with headers that are too long";
	return `cannot be reached (${code})`;
}
