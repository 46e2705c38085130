import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

/** A certificate and its key, both PEM. */
export interface Certificate {
	readonly cert: string;
	readonly key: string;
}

const day = 86_400_000;

/**
 * A self-signed certificate (RFC 5280 §4.1) with a P-256 key, good for one host from yesterday to next week: nothing is installed
 * for it and nothing outlives the run.
 *
 * @example const { cert, key } = selfSigned("localhost", Date.now());
 */
export function selfSigned(host: string, now: number): Certificate {
	const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const name = sequence(of(0x31, sequence(oid(0x55, 0x04, 0x03), of(0x0c, Buffer.from(host.slice(0, 64))))));
	const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)); // ecdsa-with-SHA256
	const serial = randomBytes(16);
	serial[0] = (serial[0]! & 0x7f) | 0x40;
	const toBeSigned = sequence(
		of(0xa0, of(0x02, Buffer.of(2))), // version 3
		of(0x02, serial),
		algorithm,
		name,
		sequence(time(now - day), time(now + 7 * day)),
		name,
		publicKey.export({ type: "spki", format: "der" }),
		of(0xa3, sequence(sequence(oid(0x55, 0x1d, 0x11), of(0x04, sequence(alternativeName(host)))))),
	);
	const signature = sign("sha256", toBeSigned, privateKey);
	const certificate = sequence(toBeSigned, algorithm, of(0x03, Buffer.of(0), signature));
	const lines = certificate.toString("base64").match(/.{1,64}/g)!;
	return {
		cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
		key: privateKey.export({ type: "pkcs8", format: "pem" }),
	};
}

/** RFC 5280 §4.2.1.6: an address is four or sixteen bytes, all else a name. */
function alternativeName(host: string): Buffer {
	const address = host.replace(/^\[|\]$/g, "");
	if (isIP(address) === 4) return of(0x87, Buffer.from(address.split(".").map(Number)));
	if (isIP(address) === 6) return of(0x87, Buffer.from(`${"0".repeat(31)}1`, "hex")); // only ::1 is this machine
	return of(0x82, Buffer.from(host));
}

/** UTCTime, as RFC 5280 §4.1.2.5.1 asks until 2049. */
function time(at: number): Buffer {
	return of(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replaceAll(/[-:T]/g, "")}Z`));
}

function oid(...bytes: readonly number[]): Buffer {
	return of(0x06, Buffer.from(bytes));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
	return of(0x30, ...parts);
}

/** One element in DER: tag, length, content. */
function of(tag: number, ...parts: readonly Uint8Array[]): Buffer {
	const content = Buffer.concat(parts);
	const { length } = content;
	const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
