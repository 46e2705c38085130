import type { FastifyRequest } from "fastify";
import { expect, test } from "vitest";
import { clientAddress, networkOf, seenFrom } from "./network.ts";

/** A request as the socket and its headers show it. */
function from(peer: string | undefined, forwarded?: string | readonly string[]): FastifyRequest {
	const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
	return { raw: { socket: { remoteAddress: peer } }, headers } as unknown as FastifyRequest;
}

const proxies = ["10.0.0.0/8", "2001:db8:aaaa::/48", "192.0.2.9"];

test.each([
	["nobody is trusted", [], "10.0.0.1", "203.0.113.7", "10.0.0.1"],
	["a stranger says so", proxies, "198.51.100.1", "203.0.113.7", "198.51.100.1"],
	["a stranger beside a trusted address", proxies, "192.0.2.10", "203.0.113.7", "192.0.2.10"],
	["a stranger's IPv6", proxies, "2001:db8:aaab::1", "203.0.113.7", "2001:db8:aaab::1"],
	["nobody knows who", proxies, undefined, "203.0.113.7", ""],
])("CA-06 X-Forwarded-For is not believed: %s", (_what, trusted, peer, header, address) => {
	expect(clientAddress(from(peer, header), trusted)).toBe(address);
});

test.each([
	["one proxy", "10.0.0.1", "203.0.113.7", "203.0.113.7"],
	["a proxy by its one address", "192.0.2.9", "203.0.113.7", "203.0.113.7"],
	["a proxy by IPv6", "2001:db8:aaaa:1::1", "2001:db8:1::7", "2001:db8:1::7"],
	["a proxy whose address comes mapped", "::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"],
	["an address that is mapped", "10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"],
	["two proxies", "10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"],
	["what the client wrote before", "10.0.0.1", "192.0.2.200, 203.0.113.7", "203.0.113.7"],
	["what the client wrote before, in the name of a proxy", "10.0.0.1", "10.9.9.9, 203.0.113.7", "203.0.113.7"],
	["what the client wrote before, which is no address", "10.0.0.1", "<script>, %0d%0a, 203.0.113.7", "203.0.113.7"],
	["two headers", "10.0.0.1", ["192.0.2.200", "203.0.113.7"], "203.0.113.7"],
	["nothing", "10.0.0.1", undefined, "10.0.0.1"],
	["an empty one", "10.0.0.1", "", "10.0.0.1"],
	["proxies alone", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.1"],
	["a name", "10.0.0.1", "203.0.113.7, unknown", "10.0.0.1"],
	["an address with a port", "10.0.0.1", "203.0.113.7:4711", "10.0.0.1"],
	["a number that some take for an address", "10.0.0.1", "3405803783", "10.0.0.1"],
	["an address in octal", "10.0.0.1", "0313.0.0161.07", "10.0.0.1"],
	["an address with a zone", "10.0.0.1", "fe80::1%eth0", "fe80::1%eth0"],
] as const)("CA-06 a trusted proxy is believed for what it saw itself: %s", (_what, peer, header, address) => {
	expect(clientAddress(from(peer, header), proxies)).toBe(address);
});

test.each([
	["192.0.2.7", "192.0.2.0/24"],
	["192.0.2.255", "192.0.2.0/24"],
	["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
	["2001:DB8:1:2:ffff::9", "2001:db8:1:2::/64"],
	["2001:0db8:0001:0002::", "2001:db8:1:2::/64"],
	["2001:db8::1", "2001:db8:0:0::/64"],
	["::1", "0:0:0:0::/64"],
	["::", "0:0:0:0::/64"],
	["64:ff9b::192.0.2.7", "64:ff9b:0:0::/64"],
	["fe80::1%eth0", "fe80:0:0:0::/64"],
	["", "unknown"],
	["unknown", "unknown"],
	["192.0.2", "unknown"],
])("D8 the network of %j is %s, however it is written", (address, network) => {
	expect(networkOf(address)).toBe(network);
});

test.each([
	["192.0.2.7", "192.0.2.0/24"],
	["2001:db8:1:2::7", "2001:db8:1::/48"],
	["2001:db8::", "2001:db8:0::/48"],
	["", "unknown"],
])("a person is shown %j as %s", (address, network) => {
	expect(seenFrom(address)).toBe(network);
});
