import { isIP } from "node:net";

/** What kind of place an address is: only `public` is called without somebody's word. */
export type AddressKind = "public" | "loopback" | "private" | "special";

/**
 * Where nobody's app is to be found from outside: IANA's registries of special addresses (RFC 6890), and what clouds keep
 * their own services at. Whatever lies in 2000::/3 and in no row is public, and so is every IPv4 address without a row.
 */
const rows: readonly (readonly [network: string, kind: AddressKind])[] = [
	["0.0.0.0/8", "special"],
	["10.0.0.0/8", "private"],
	["100.64.0.0/10", "private"],
	["127.0.0.0/8", "loopback"],
	["168.63.129.16/32", "special"],
	["169.254.0.0/16", "special"],
	["172.16.0.0/12", "private"],
	["192.0.0.0/24", "special"],
	["192.0.2.0/24", "special"],
	["192.88.99.0/24", "special"],
	["192.168.0.0/16", "private"],
	["198.18.0.0/15", "private"],
	["198.51.100.0/24", "special"],
	["203.0.113.0/24", "special"],
	["224.0.0.0/4", "special"],
	["240.0.0.0/4", "special"],
	["::1/128", "loopback"],
	["fc00::/7", "private"],
	["2001::/23", "special"],
	["2001:db8::/32", "special"],
	["3fff::/20", "special"],
	["2000::/3", "public"],
];
const table = rows.map(([network, kind]) => ({ ...parsed(network), kind }));

/** IPv6 that leads to an IPv4 address, and the byte at which that begins: mapped (RFC 4291 §2.5.5.2), NAT64 (RFC 6052), 6to4 (RFC 3056). */
const mapped = { ...parsed("::ffff:0:0/96"), at: 12 };
const translated = [
	{ ...parsed("64:ff9b::/96"), at: 12 },
	{ ...parsed("2002::/16"), at: 2 },
];

/**
 * Judges one address, as resolvers and `URL.hostname` write it, without brackets. What is none is `special`.
 *
 * @example kindOf("::ffff:10.0.0.1"); // "private"
 */
export function kindOf(address: string): AddressKind {
	const bytes = bytesOf(address);
	return bytes === undefined ? "special" : kindOfBytes(bytes);
}

function kindOfBytes(bytes: readonly number[]): AddressKind {
	if (liesIn(bytes, mapped)) return kindOfBytes(bytes.slice(mapped.at));
	const translation = translated.find((network) => liesIn(bytes, network));
	// Behind a translator there is no loopback of ours, and what is private there is nobody's to allow by name.
	if (translation) return kindOfBytes(bytes.slice(translation.at, translation.at + 4)) === "public" ? "public" : "special";
	const row = table.find((network) => liesIn(bytes, network));
	return row?.kind ?? (bytes.length === 4 ? "public" : "special");
}

interface Network {
	readonly prefix: readonly number[];
	readonly bits: number;
}

function parsed(network: string): Network {
	const [address = "", bits] = network.split("/");
	return { prefix: bytesOf(address) ?? [], bits: Number(bits) };
}

function liesIn(bytes: readonly number[], { prefix, bits }: Network): boolean {
	return (
		bytes.length === prefix.length &&
		bytes.every((byte, index) => {
			const mask = 0xff & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * index)));
			return (byte & mask) === ((prefix[index] ?? 0) & mask);
		})
	);
}

/** Four bytes or sixteen; a zone (`%eth0`) says where, not what. */
function bytesOf(address: string): readonly number[] | undefined {
	const [bare = ""] = address.split("%", 1);
	if (isIP(bare) === 4) return bare.split(".").map(Number);
	if (isIP(bare) !== 6) return undefined;
	const [head = "", tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split("::");
	const groups = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
	const [first, last] = [groups(head), groups(tail ?? "")];
	const between = Array<number>(8 - first.length - last.length).fill(0);
	return [...first, ...between, ...last].flatMap((group) => [group >> 8, group & 0xff]);
}
