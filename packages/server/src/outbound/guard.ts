import { isIP } from "node:net";
import { isLoopbackHost } from "../model/index.ts";
import { type AddressKind, kindOf } from "./addresses.ts";

/** What the operator settled. */
export interface GuardSettings {
	/** The issuer is a loopback one: loopback targets may be called. */
	readonly loopback: boolean;
	/** Hosts, with or without a port, that may be private. */
	readonly allow: readonly string[];
}

/** Judges where a client's word may lead: an address by its text, and what its name was resolved to. */
export interface Guard {
	/** @returns the end of a sentence that begins with the place of the address; undefined when it may be called */
	readonly whyNot: (url: string) => string | undefined;
	/** Judges one address that the host of a URL was resolved to. */
	readonly whyNotAddress: (url: URL, address: string) => string | undefined;
	/** True for a host that the operator named, or that is this machine where that is allowed: the machine's own list of hosts knows it. */
	readonly isKnown: (url: URL) => boolean;
}

const words: Readonly<Record<Exclude<AddressKind, "public">, string>> = {
	loopback: "an address of this machine",
	private: "an address of a private network",
	special: "an address that is none of a host on the internet",
};

/**
 * The guard of everything that is called on a client's word. It reads text and addresses alone; names are resolved by the
 * caller, who has every answer judged here and connects to no other.
 *
 * @example createGuard({ loopback: false, allow: [] }).whyNot("https://[::ffff:10.0.0.1]/"); // "is an address of a private network, …"
 */
export function createGuard({ loopback, allow }: GuardSettings): Guard {
	const allowed = new Set(allow.map(normalised));
	const isAllowed = (url: URL) => allowed.has(url.hostname) || allowed.has(`${url.hostname}:${portOf(url)}`);

	function whyNotAddress(url: URL, address: string): string | undefined {
		const kind = kindOf(address);
		if (kind === "public" || (kind === "loopback" && loopback)) return undefined;
		// A name that is allowed may be private; to be link-local, multicast or nowhere, an address is named itself.
		if (kind === "special" && literalOf(url) === undefined) return `leads to ${words.special}, which is not called`;
		if (isAllowed(url)) return undefined;
		return `leads to ${words[kind]}, which is not called on a client's word: name \`${url.host}\` in \`outbound.allow\` if that is meant`;
	}

	return {
		whyNotAddress,
		isKnown: (url) => loopback || isAllowed(url),
		whyNot(text) {
			if (!URL.canParse(text)) return "is not a URL: write it in full, as in https://app.company.com/keys";
			const url = new URL(text);
			if (url.protocol !== "https:" && url.protocol !== "http:") return "must be https";
			if (url.username !== "" || url.password !== "") return "has a user name before the host: take away everything up to the `@`";
			if (url.hostname.endsWith(".")) return "has a dot at the end of its host: take it away";
			if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) return "must be https (http is for loopback alone)";
			const literal = literalOf(url) ?? (isLoopbackHost(url.hostname) ? "127.0.0.1" : undefined);
			const reason = literal === undefined ? undefined : whyNotAddress(url, literal);
			return reason?.replace("leads to", "is");
		},
	};
}

/** The address that a URL's host is, if it is one: `URL` has read every spelling of it (`0x7f.1`, `2130706433`). */
export function literalOf({ hostname }: URL): string | undefined {
	const bare = hostname.replace(/^\[(.*)\]$/, "$1");
	return isIP(bare) > 0 ? bare : undefined;
}

/** An entry of `outbound.allow` as `URL` writes hosts; a port stays, also one that is usual. */
function normalised(entry: string): string {
	const [, host = "", port = ""] = /^(\[.*\]|[^:]*)(:\d+)?$/.exec(entry) ?? [];
	return URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname + port : entry;
}

function portOf(url: URL): string {
	return url.port || (url.protocol === "https:" ? "443" : "80");
}
