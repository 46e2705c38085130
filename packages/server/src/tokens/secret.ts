import crypto from "node:crypto";
import type { StoredSecret } from "../model/index.ts";
import { createBoundedMap } from "./bounded-map.ts";
import { decodeExact, encode, view } from "./encoding.ts";
import type { MasterKeys } from "./master-key.ts";
import { closeBox, openBox } from "./sealed-box.ts";
import type { Random, Secrets } from "./tokens.ts";

const secretLength = 32;
const clientSecret = "client secret";
const digestLength = 32;

/** As many digests as stay in memory, a quarter of a kilobyte each. */
const remembered = 20_000;

/**
 * Secrets of clients, and whatever else the store keeps sealed. Secrets of full entropy need no slow hash: their SHA-256,
 * sealed under the master key, is worth nothing in a dump of the store.
 *
 * @example secrets.matches(presented, client.secrets, now)
 */
export function createSecrets(ground: { readonly masterKeys: MasterKeys; readonly random: Pick<Random, "bytes"> }): Secrets {
	const { masterKeys, random } = ground;
	const digests = createBoundedMap<Uint8Array>(remembered);

	const labelOf = (name: string) => ({ purpose: "stored", info: "", associated: Buffer.from(name) });
	const wrap = (name: string, plain: Uint8Array) => encode(closeBox(masterKeys, random, labelOf(name), plain));

	function open(name: string, wrapped: string): Uint8Array | undefined {
		const box = decodeExact(wrapped);
		return box && openBox(masterKeys, labelOf(name), box);
	}

	/** A hot secret is opened once; the memory goes by the sealed text, which changes with every rotation. */
	function digestOf(sealed: string): Uint8Array | undefined {
		const known = digests.get(sealed);
		if (known) return known;
		const digest = open(clientSecret, sealed);
		if (digest?.length !== digestLength) return undefined;
		digests.set(sealed, digest);
		return digest;
	}

	function sealedUnder(sealed: string): number | undefined {
		const box = decodeExact(sealed);
		return box && box.length > 4 ? view(box).readUInt32BE(0) : undefined;
	}

	function declaredUnder(version: number, text: string): string | undefined {
		const key = masterKeys.derive(version, "declared", "");
		if (!key) return undefined;
		const head = Buffer.allocUnsafe(4);
		head.writeUInt32BE(version, 0);
		return encode(Buffer.concat([head, crypto.createHmac("sha256", key).update(text).digest()]));
	}

	return Object.freeze({
		generate: () => encode(random.bytes(secretLength)),

		store(secret: string, expiresAt?: number): StoredSecret {
			const sealed = wrap(clientSecret, crypto.hash("sha256", secret, "buffer"));
			return expiresAt === undefined ? { sealed } : { sealed, expiresAt };
		},

		matches(presented: string, stored: readonly StoredSecret[], now: number) {
			const digest = crypto.hash("sha256", presented, "buffer");
			let found = false;
			for (const { sealed, expiresAt } of stored) {
				const known = digestOf(sealed);
				const equal = known !== undefined && crypto.timingSafeEqual(digest, known);
				if (equal && (expiresAt === undefined || now < expiresAt)) found = true;
			}
			return found;
		},

		declared: (text: string) => declaredUnder(masterKeys.newest, text) as string,

		isDeclared(text: string, declared: string) {
			const bytes = decodeExact(declared);
			return bytes !== undefined && bytes.length > 4 && declaredUnder(view(bytes).readUInt32BE(0), text) === declared;
		},

		wrap,

		unwrap(name: string, wrapped: string) {
			const plain = open(name, wrapped);
			if (!plain) throw new Error(`${name} cannot be opened: the master key that sealed it is not listed, or the store was altered`);
			return plain;
		},

		sealedUnder,

		renew(stored: StoredSecret) {
			const digest = sealedUnder(stored.sealed) === masterKeys.newest ? undefined : open(clientSecret, stored.sealed);
			return digest ? { ...stored, sealed: wrap(clientSecret, digest) } : stored;
		},
	});
}
