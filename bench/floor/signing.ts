import { createPrivateKey, sign, type webcrypto } from "node:crypto";
import type { FloorSettings } from "./settings.ts";

/** Signs JWTs with one key. */
export interface Signer {
	accessToken(claims: object): string | Promise<string>;
	idToken(claims: object): string | Promise<string>;
	/** The public half, as the JWKS document. */
	readonly jwks: Buffer;
}

/** RS256 on the thread pool, ES256 in place: the cheapest way of each. */
export function openSigner({ algorithm, privateKey }: FloorSettings): Signer {
	const key = createPrivateKey({ key: privateKey as webcrypto.JsonWebKey, format: "jwk" });
	const header = (typ: string): string => Buffer.from(JSON.stringify({ alg: algorithm, typ, kid: privateKey.kid })).toString("base64url");
	const headers = { accessToken: header("at+jwt"), idToken: header("JWT") };

	const signed = (head: string, claims: object): string | Promise<string> => {
		const input = `${head}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
		if (algorithm === "ES256")
			return `${input}.${sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
		return new Promise((resolve, reject) => {
			sign("sha256", Buffer.from(input), key, (error, value) =>
				error ? reject(error) : resolve(`${input}.${value.toString("base64url")}`),
			);
		});
	};
	const publicMembers = ["kty", "n", "e", "crv", "x", "y", "kid", "use", "alg"];
	const publicKey = Object.fromEntries(publicMembers.filter((name) => name in privateKey).map((name) => [name, privateKey[name]]));
	return {
		accessToken: (claims) => signed(headers.accessToken, claims),
		idToken: (claims) => signed(headers.idToken, claims),
		jwks: Buffer.from(JSON.stringify({ keys: [publicKey] })),
	};
}
