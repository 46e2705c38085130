import fc from "fast-check";
import { expect, test } from "vitest";
import { type AddressKind, kindOf } from "./addresses.ts";

/** The first and the last of each network, and its neighbours outside. */
const table: Readonly<Record<AddressKind, readonly string[]>> = {
	public: [
		...["1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"],
		...["168.63.129.15", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0"],
		...[
			"198.17.255.255",
			"198.20.0.0",
			"223.255.255.255",
			"2000::",
			"2606:4700:4700::1111",
			"2001:200::",
			"2003::1",
			"3ffe::1",
			"3fff:1000::",
		],
		...["::ffff:8.8.8.8", "::ffff:808:808", "64:ff9b::8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
	],
	loopback: ["127.0.0.0", "127.0.0.1", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
	private: [
		...["10.0.0.0", "10.255.255.255", "100.64.0.0", "100.100.100.200", "100.127.255.255", "172.16.0.0", "172.31.255.255"],
		...["192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "fc00::", "fd00:ec2::254", "fdff:ffff::1"],
		...["::ffff:10.0.0.1", "::ffff:a00:1", "::FFFF:192.168.1.1"],
	],
	special: [
		...["0.0.0.0", "0.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.169.254", "169.254.255.255", "192.0.0.0", "192.0.0.192"],
		...["192.0.2.1", "192.88.99.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
		...[
			"::",
			"::2",
			"::8.8.8.8",
			"::7f00:1",
			"fe80::1",
			"fe80::1%eth0",
			"febf::1",
			"fec0::1",
			"ff02::1",
			"100::1",
			"1fff::1",
			"4000::1",
			"5f00::1",
		],
		...["2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:1ff::1", "2001:db8::1", "3fff::1", "3fff:fff::1"],
		...[
			"::ffff:0.0.0.0",
			"::ffff:169.254.169.254",
			"::ffff:0:10.0.0.1",
			"64:ff9b::10.0.0.1",
			"64:ff9b::127.0.0.1",
			"64:ff9b::a9fe:a9fe",
			"64:ff9b:1::8.8.8.8",
		],
		...["2002:a00:1::", "2002:7f00:1::1", "2002:a9fe:a9fe::", "rp.example", "", "1.2.3", "0x7f.1", "::g"],
	],
};

for (const [kind, addresses] of Object.entries(table))
	test(`DR-02 addresses that are ${kind}`, () => {
		expect(Object.fromEntries(addresses.map((address) => [address, kindOf(address)]))).toEqual(
			Object.fromEntries(addresses.map((address) => [address, kind])),
		);
	});

test("DR-02 an IPv4 address is judged alike in its own clothes and mapped, and behind a translator it is public or nobody's", () => {
	fc.assert(
		fc.property(fc.ipV4(), (address) => {
			expect(kindOf(`::ffff:${address}`)).toBe(kindOf(address));
			expect(kindOf(`64:ff9b::${address}`)).toBe(kindOf(address) === "public" ? "public" : "special");
		}),
	);
});

test("DR-02 no spelling of an IPv6 address changes what it is", () => {
	fc.assert(
		fc.property(fc.ipV6(), (address) => {
			expect(kindOf(address.toUpperCase())).toBe(kindOf(address));
			expect(kindOf(new URL(`http://[${address}]`).hostname.slice(1, -1))).toBe(kindOf(address));
		}),
	);
});
