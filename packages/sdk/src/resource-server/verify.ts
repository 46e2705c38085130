import type { Algorithm } from "../keys/algorithms.ts";
import { freezeDeep } from "../keys/json.ts";
import type { Key } from "../keys/key-set.ts";
import type { KeySource } from "../keys/key-source.ts";
import { createJwtReader, isType, type SignedJwt, type TypeRule } from "../keys/signed-jwt.ts";
import { authOf } from "./auth.ts";
import { errorOfKeys } from "./auth-error.ts";
import { maxTokenLength } from "./bearer.ts";
import { type AccessTokenClaims, claimsFault, timeFault } from "./claims.ts";
import { refuse, type Verdict } from "./refusal.ts";
import { VerdictCache } from "./verdict-cache.ts";

export interface VerifierSettings {
	readonly issuer: string;
	readonly resource: string;
	readonly algorithms: readonly Algorithm[];
	readonly keys: KeySource;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}

/** Judges a token: at once while its key is at hand, otherwise when the keys have been fetched. Neither throws nor rejects. */
export type Verifier = (token: string) => Verdict | Promise<Verdict>;

const cacheSize = 1_000;
const maxDepth = 32;

/** RFC 9068 §2.1. */
const accessTokenTypeFault: TypeRule = (typ) =>
	isType(typ, "at+jwt") ? undefined : "The token is not an access token (its type is not at+jwt).";

/**
 * The rule by which a token passes (RFC 9068 §4). What is cheap comes first, so that a token that expired or is for another API costs
 * neither a signature nor a fetch.
 */
export function createVerifier({ issuer, resource, algorithms, keys, now }: VerifierSettings): Verifier {
	const cache = new VerdictCache(cacheSize);
	const readToken = createJwtReader(algorithms, accessTokenTypeFault);
	const seconds = () => Math.floor(now() / 1000);

	return function verifyToken(token) {
		if (token.length > maxTokenLength) return refuse("invalid_token", "The token is longer than 8 KB.");
		const set = keys.current();
		const name = VerdictCache.nameOf(token);
		const known = cache.get(name);
		if (known !== undefined && set?.has(known.key)) {
			const late = timeFault(known.auth.claims, seconds());
			return late === undefined ? known : refuse("invalid_token", late);
		}
		const read = readToken(token);
		if (typeof read === "string") return refuse("invalid_token", read);
		const fault = claimsFault(read.payload, issuer, resource) ?? timeFault(read.payload as AccessTokenClaims, seconds());
		if (fault !== undefined) return refuse("invalid_token", fault);
		const key = set?.find(read.kid, read.alg);
		return key === undefined ? findKey(name, read) : judge(name, read, key);
	};

	async function findKey(name: string, read: SignedJwt): Promise<Verdict> {
		const found = await keys.find(read.kid, read.alg);
		if (found.key !== undefined) return judge(name, read, found.key);
		const { lacking, retryAfter, cause } = found;
		if (lacking === "this key") return refuse("invalid_token", "The token is signed by no key of the issuer.");
		return {
			refusal: {
				code: "temporarily_unavailable",
				reason: "The keys of the issuer cannot be fetched.",
				retryAfter,
				cause: cause && errorOfKeys(cause),
			},
		};
	}

	function judge(name: string, { payload, signed, signature }: SignedJwt, key: Key): Verdict {
		if (!key.verifies(signed, signature)) return refuse("invalid_token", "The signature of the token is wrong.");
		if (!freezeDeep(payload, maxDepth)) return refuse("invalid_token", "The claims of the token are nested too deeply.");
		const verified = { auth: authOf(payload as AccessTokenClaims), key };
		cache.set(name, verified);
		return verified;
	}
}
