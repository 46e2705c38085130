import type { Client } from "../../model/index.ts";
import type { ClientJws } from "../../tokens/tokens.ts";
import { isInstant, signatureFault, skew, timeFault } from "../client-jwt.ts";
import type { ClientAuthMethod } from "./method.ts";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** An assertion of this type is for the issuer, whatever else is allowed (RFC 10070). */
const strictType = "client-authentication+jwt";

/** How far ahead the end of an assertion may lie, in milliseconds (D6). */
const lifetime = 300_000;

/** Clocks of replicas differ: a `jti` is kept for so long after it has ended for the first of them, in milliseconds. */
const slack = 60_000;

/**
 * RFC 7523 §2.2 and §3 as RFC 10070 tightens them, OpenID Connect Core §9: the client signs who it is, for this issuer
 * alone, for at most five minutes, to be used once.
 */
export const privateKeyJwt: ClientAuthMethod = {
	name: "private_key_jwt",
	proof: "assertion",
	claims({ parameters }, { clientSignatures }) {
		const type = parameters.values.get("client_assertion_type");
		const proof = parameters.values.get("client_assertion");
		if (type === undefined && proof === undefined) return undefined;
		if (type !== assertionType || proof === undefined) return { clientId: "", proof: "" };
		const sub = clientSignatures.read(proof)?.claims["sub"];
		return { clientId: typeof sub === "string" ? sub : "", proof };
	},
	async whyNot(proof, client, ground, now) {
		const jws = ground.clientSignatures.read(proof);
		if (!jws) return { text: "is no JWT" };
		// First, so that what can be refused without a key has none fetched.
		const text = claimsFault(jws, client, ground.issuer, now);
		if (text !== undefined) return { text };
		const fault = await signatureFault(jws, client, client.authSigningAlg, ground, now);
		if (fault) return fault;
		// Last, so that nothing but a whole proof uses it up.
		const { jti, exp } = jws.claims;
		const until = Math.ceil(Number(exp) * 1000) + skew + slack;
		const isFirst = await ground.usedOnce.use("client_assertion", `${client.id} ${jti}`, until, ground.newOperation(now), now);
		return isFirst ? undefined : { text: "was used before: its `jti` is known" };
	},
};

function claimsFault({ typ, claims }: ClientJws, client: Client, issuer: string, now: number): string | undefined {
	const { iss, sub, aud, exp, jti } = claims;
	// RFC 8725 §3.11: a JWT that was made for something else proves nothing.
	if (typ !== undefined && typ !== "jwt" && typ !== strictType) return "says by its `typ` that it is for something else";
	if (iss !== client.id || sub !== client.id) return "has an `iss` or a `sub` that is not the client";
	const legacy = client.legacyAssertionAudience && typ !== strictType && aud === `${issuer}/token`;
	if (aud !== issuer && !legacy) return "has an `aud` that is not the issuer, as one text";
	if (!isInstant(exp)) return "has no `exp`";
	if (exp * 1000 > now + lifetime + skew) return "has an `exp` more than five minutes ahead";
	if (typeof jti !== "string" || jti === "") return "has no `jti`";
	return timeFault(claims, now);
}
