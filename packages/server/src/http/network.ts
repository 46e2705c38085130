import { BlockList, isIP, isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";

/**
 * The address a request comes from. `X-Forwarded-For` is believed only from a peer on the list of trusted proxies, read
 * from the right, up to the first address that is no proxy of ours (CA-06).
 */
export function clientAddress(request: FastifyRequest, trustedProxies: readonly string[]): string {
	const peer = plain(request.raw.socket.remoteAddress ?? "");
	if (trustedProxies.length === 0) return peer;
	const trusted = blockListOf(trustedProxies);
	const isTrusted = (address: string) => trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
	if (isIP(peer) === 0 || !isTrusted(peer)) return peer;
	const header = request.headers["x-forwarded-for"];
	const hops = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",").map((hop) => plain(hop.trim()));
	for (const hop of hops.reverse()) {
		if (isIP(hop) === 0) return peer;
		if (!isTrusted(hop)) return hop;
	}
	return peer;
}

/**
 * The network of an address, as guesses are counted: its /24 or /64, the smallest thing that one party surely holds alone.
 *
 * @example networkOf("192.0.2.7"); // "192.0.2.0/24"
 */
export function networkOf(address: string): string {
	return prefixOf(address, 64);
}

/**
 * The network of an address, as a person is shown it: its /24 or /48, enough to know a place again, and no more.
 *
 * @example seenFrom("2001:db8:1:2::7"); // "2001:db8:1::/48"
 */
export function seenFrom(address: string): string {
	return prefixOf(address, 48);
}

function prefixOf(address: string, bits: 48 | 64): string {
	if (isIP(address) === 4) return `${address.split(".").slice(0, 3).join(".")}.0/24`;
	if (isIP(address) === 6)
		return `${groups(address)
			.slice(0, bits / 16)
			.join(":")}::/${bits}`;
	return "unknown";
}

function groups(address: string): readonly string[] {
	const [head = "", tail] = (address.split("%", 1)[0] ?? "").split("::");
	const left = head === "" ? [] : head.split(":");
	const right = tail === undefined || tail === "" ? [] : tail.split(":");
	const missing = tail === undefined ? 0 : 8 - left.length - right.length;
	return [...left, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...right].map((group) =>
		Number.parseInt(group, 16).toString(16),
	);
}

/** An IPv4 address that came mapped into IPv6 is the IPv4 address. */
function plain(address: string): string {
	return address.toLowerCase().startsWith("::ffff:") && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

const lists = new WeakMap<readonly string[], BlockList>();

function blockListOf(entries: readonly string[]): BlockList {
	const known = lists.get(entries);
	if (known) return known;
	const list = new BlockList();
	for (const entry of entries) {
		const [address = "", bits] = entry.split("/");
		const family = isIPv6(address) ? "ipv6" : "ipv4";
		if (bits === undefined) list.addAddress(address, family);
		else list.addSubnet(address, Number(bits), family);
	}
	lists.set(entries, list);
	return list;
}
