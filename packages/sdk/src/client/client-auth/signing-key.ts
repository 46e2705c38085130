import { base64urlOf } from "../../core/base64url.ts";
import { AuthError } from "../auth-error.ts";
import { objectIn } from "../request.ts";

/** A private key as it is written: a JWK (RFC 7517), the JSON of one, or PKCS#8 as PEM (RFC 7468 §10). */
export type WrittenKey = string | JsonWebKey;

/** The public half of a key, as it is registered: a member of `jwks`. */
export interface PublicJwk {
	readonly kty: string;
	readonly kid: string;
	readonly use: "sig";
	readonly alg: string;
	readonly [member: string]: string;
}

/** A key that signs, by its one algorithm. */
export interface SigningKey {
	readonly publicJwk: PublicJwk;
	/** The signature of a text, as JWS has it (RFC 7518 §3). */
	readonly sign: (text: string) => Promise<Uint8Array>;
}

interface AlgorithmRow {
	readonly kty: string;
	readonly crv?: string;
	/** The members of the public half, in the order of its thumbprint (RFC 7638 §3.2, RFC 8037 §2). */
	readonly members: readonly string[];
	readonly importedAs: RsaHashedImportParams | EcKeyImportParams | Algorithm;
	readonly signedBy: RsaPssParams | EcdsaParams | Algorithm;
	/** The algorithm of a PKCS#8 key, as the bytes of its identifier in hex. */
	readonly pkcs8: string;
}

/** RFC 7518 §3.1 and RFC 8037 §3.1. The first that suits a key is its own, unless it names one itself. */
const algorithms = {
	RS256: {
		...{ kty: "RSA", members: ["e", "kty", "n"], pkcs8: "06092a864886f70d010101" },
		importedAs: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
		signedBy: { name: "RSASSA-PKCS1-v1_5" },
	},
	PS256: {
		...{ kty: "RSA", members: ["e", "kty", "n"], pkcs8: "06092a864886f70d01010a" },
		importedAs: { name: "RSA-PSS", hash: "SHA-256" },
		signedBy: { name: "RSA-PSS", saltLength: 32 },
	},
	ES256: {
		...{ kty: "EC", crv: "P-256", members: ["crv", "kty", "x", "y"], pkcs8: "06072a8648ce3d020106082a8648ce3d030107" },
		importedAs: { name: "ECDSA", namedCurve: "P-256" },
		signedBy: { name: "ECDSA", hash: "SHA-256" },
	},
	EdDSA: {
		...{ kty: "OKP", crv: "Ed25519", members: ["crv", "kty", "x"], pkcs8: "06032b6570" },
		importedAs: { name: "Ed25519" },
		signedBy: { name: "Ed25519" },
	},
} as const satisfies Record<string, AlgorithmRow>;

type AlgorithmName = keyof typeof algorithms;

const names = Object.keys(algorithms) as readonly AlgorithmName[];
const rowOf = (alg: AlgorithmName): AlgorithmRow => algorithms[alg];

const privateMembers = ["d", "p", "q", "dp", "dq", "qi"];

/** A key that has been read: what kind it is, and what Web Crypto takes of it. */
type ReadKey =
	| { readonly alg: AlgorithmName; readonly jwk: Readonly<Record<string, string>>; readonly kid: string | undefined }
	| { readonly alg: AlgorithmName; readonly pkcs8: Uint8Array<ArrayBuffer> };

const expected = "a private key is expected, as a JWK or as PKCS#8 text (-----BEGIN PRIVATE KEY-----)";
const kinds = "RSA, P-256 and Ed25519 keys sign";

/** What is wrong with a text or an object as a private key, or nothing. Never tells any of it. */
export function writtenKeyFault(written: unknown): string | undefined {
	const read = readKey(written);
	return typeof read === "string" ? read : undefined;
}

function readKey(written: unknown): ReadKey | string {
	if (typeof written === "object" && written !== null) return readJwk(written as Record<string, unknown>);
	if (typeof written !== "string") return expected;
	const jwk = objectIn(written);
	return jwk === undefined ? readPem(written) : readJwk(jwk);
}

function readJwk(jwk: Readonly<Record<string, unknown>>): ReadKey | string {
	const { kty, crv, alg, use, kid } = jwk;
	if (Array.isArray(jwk["keys"])) return "one private key is expected, not a set: name several as privateKey(first, second)";
	if (typeof kty !== "string") return expected;
	const suiting = names.filter((name) => rowOf(name).kty === kty && (rowOf(name).crv === undefined || rowOf(name).crv === crv));
	if (suiting.length === 0) return `this JWK is of another kind: ${kinds}`;
	const asked = alg === "Ed25519" ? "EdDSA" : alg;
	const [name] = suiting.filter((one) => asked === undefined || one === asked);
	if (name === undefined) return `the \`alg\` of this JWK is none that its key signs with: ${suiting.join(", ")}`;
	if (use !== undefined && use !== "sig") return "the `use` of this JWK is not `sig`: it is no key for signatures";
	if (jwk["d"] === undefined) return "this JWK is the public half: the private one is expected";
	const taken = [...rowOf(name).members, ...(kty === "RSA" ? privateMembers : ["d"])];
	const lacking = taken.filter((member) => typeof jwk[member] !== "string");
	if (lacking.length > 0) return `this JWK lacks ${lacking.map((member) => `\`${member}\``).join(", ")}`;
	if (kid !== undefined && (typeof kid !== "string" || kid === "")) return "the `kid` of this JWK is no text";
	return { alg: name, jwk: Object.fromEntries(taken.map((member) => [member, jwk[member] as string])), kid };
}

/** Whoever keeps a key in an environment variable may have written its lines with `\n`. */
function readPem(text: string): ReadKey | string {
	const [, label, body = ""] = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]{0,20000})-----END /.exec(text) ?? [];
	if (label === undefined) return expected;
	if (label === "ENCRYPTED PRIVATE KEY") return "this key is encrypted: decrypt it, as by `openssl pkcs8 -in KEY -out PLAIN`";
	if (label === "RSA PRIVATE KEY" || label === "EC PRIVATE KEY")
		return `this is no PKCS#8 but ${label}: convert it, as by \`openssl pkcs8 -topk8 -nocrypt -in KEY -out PKCS8\``;
	if (label !== "PRIVATE KEY") return `this is ${label}, and ${expected}`;
	const pkcs8 = bytesOf(body.replaceAll("\\n", "").replace(/\s/g, ""));
	// The identifier stands after two lengths and a version (RFC 5958 §2).
	const head = Array.from(pkcs8?.subarray(0, 40) ?? [], (byte) => byte.toString(16).padStart(2, "0")).join("");
	const alg = names.find((name) => head.includes(rowOf(name).pkcs8));
	if (pkcs8 === undefined || alg === undefined) return `this text holds no key that can sign here: ${kinds}`;
	if (alg === "PS256") return "this RSA key is bound to PSS: take a plain one, as a JWK with `alg` PS256 where that is wanted";
	return { alg, pkcs8 };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
	try {
		return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
	} catch {
		return undefined;
	}
}

/**
 * A key from what was written. `invalid_option` when it is none; its message says what to do, and tells nothing of the key. The `kid` is that of the
 * JWK, else its thumbprint (RFC 7638).
 */
export async function signingKeyOf(written: WrittenKey): Promise<SigningKey> {
	const read = readKey(written);
	if (typeof read === "string") throw refused(read);
	const { importedAs, signedBy, members } = rowOf(read.alg);
	const key = await imported(read, importedAs);
	const modulusLength = (key.algorithm as { readonly modulusLength?: number }).modulusLength ?? 2048;
	if (modulusLength < 2048) throw refused(`an RSA key has 2048 bits or more (RFC 7518 §3.3), and this one has ${modulusLength}`);
	const whole = "jwk" in read ? read.jwk : ((await crypto.subtle.exportKey("jwk", key)) as Readonly<Record<string, string>>);
	const publicMembers = Object.fromEntries(members.map((member) => [member, whole[member] ?? ""]));
	const kid = ("kid" in read ? read.kid : undefined) ?? (await thumbprint(publicMembers));
	return Object.freeze({
		publicJwk: Object.freeze({ ...publicMembers, kty: whole["kty"] ?? "", kid, use: "sig", alg: read.alg }),
		sign: async (text: string) => new Uint8Array(await crypto.subtle.sign(signedBy, key, utf8(text))),
	});
}

async function imported(read: ReadKey, as: AlgorithmRow["importedAs"]): Promise<CryptoKey> {
	try {
		if ("jwk" in read) return await crypto.subtle.importKey("jwk", read.jwk, as, false, ["sign"]);
		return await crypto.subtle.importKey("pkcs8", read.pkcs8, as, true, ["sign"]);
	} catch {
		// What the platform says may hold what it read.
		throw refused("the private key is damaged: it cannot be read");
	}
}

const refused = (fault: string) => new AuthError("invalid_option", `The private key of \`clientAuth\` is of no use: ${fault}.`);

const utf8 = (text: string) => new TextEncoder().encode(text);

async function thumbprint(members: Readonly<Record<string, string>>): Promise<string> {
	return base64urlOf(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(JSON.stringify(members)))));
}
