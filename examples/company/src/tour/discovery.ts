import type { Jwk } from "./jwt.ts";
import type { Provider, Tour } from "./tour.ts";
import { call } from "./wire.ts";

/** What a client learns before anything else: where the doors are, and with which keys tokens are signed. */
export async function discovery({ walk, parties }: Tour): Promise<Provider> {
	walk.chapter(
		"Discovery",
		"OpenID Connect Discovery §4, RFC 8414",
		"A client is told the issuer and nothing else. Everything it needs to know stands in a document there.",
	);
	const issuer = parties.auth.origin;
	const { status, json } = await call(walk, `${issuer}/.well-known/openid-configuration`);
	walk.check("the document is there", "Discovery §4.2", status === 200);
	walk.check("it names exactly the issuer that was asked", "RFC 8414 §3.3", json.issuer === issuer);
	walk.check(
		"every answer to a browser will name the issuer too",
		"RFC 9207 §3",
		json.authorization_response_iss_parameter_supported === true,
	);
	walk.check("the challenge is S256 alone", "RFC 7636 §4.2", JSON.stringify(json.code_challenge_methods_supported) === '["S256"]');
	const door = (name: string) => {
		const url = json[`${name}_endpoint`];
		if (typeof url !== "string") throw new Error(`The document has no ${name}_endpoint.`);
		return url;
	};

	walk.step("The public keys");
	const published = (await call(walk, String(json.jwks_uri))).json.keys;
	const keys = (Array.isArray(published) ? published : []) as Jwk[];
	walk.check("there is at least one key", "RFC 7517 §5", keys.length > 0);
	walk.check(
		"none of them holds a private or a secret part",
		"RFC 7517 §9.3",
		keys.every((key) => !("d" in key || "k" in key)),
	);
	return {
		issuer,
		authorizationEndpoint: door("authorization"),
		tokenEndpoint: door("token"),
		userinfoEndpoint: door("userinfo"),
		introspectionEndpoint: door("introspection"),
		revocationEndpoint: door("revocation"),
		endSessionEndpoint: door("end_session"),
		keys,
	};
}
