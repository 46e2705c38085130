import { refresh } from "./authorization.ts";
import { decode, isSigned, signedWithPublicKey, withOtherSubject, withoutSignature } from "./jwt.ts";
import { type Provider, type Tokens, type Tour, tokensIn } from "./tour.ts";
import { call } from "./wire.ts";

/** One token for each API; and what an API refuses. Returns the tokens of the second API, with the newest refresh token. */
export async function twoApis(tour: Tour, provider: Provider, portal: Tokens) {
	const { walk, parties, clients } = tour;
	const customers = `${parties.crm.origin}/customers`;
	walk.chapter(
		"Two APIs, one token for each",
		"RFC 8707, RFC 9068, RFC 6750",
		"The portal may call crm and orders. It asks for a token for each, so that neither API can use, at the other, what it was shown. The APIs check tokens by themselves, with the issuer's public keys.",
	);
	walk.step("By refresh, a token for crm");
	const forCrm = tokensIn((await refresh(tour, provider, clients.portal, portal.refreshToken, parties.crm.origin)).json);
	const { header = {}, claims = {} } = decode(forCrm.accessToken) ?? {};
	walk.check("it is an access token by its type", "RFC 9068 §2.1", header.typ === "at+jwt");
	walk.check("a key of the issuer signed it", "RFC 9068 §4", isSigned(forCrm.accessToken, provider.keys));
	walk.check(
		"it is for crm and for nothing else",
		"RFC 8707 §2",
		JSON.stringify([claims.aud].flat()) === JSON.stringify([parties.crm.origin]),
	);
	walk.check("it allows what crm knows, and nothing of orders", "RFC 9068 §2.2.3", claims.scope === "crm.read crm.write");

	walk.step("And then one for orders, with the refresh token that came with the first");
	const forOrders = tokensIn((await refresh(tour, provider, clients.portal, forCrm.refreshToken, parties.orders.origin)).json);
	walk.check("the refresh token is a new one each time", "RFC 9700 §4.14.2", forCrm.refreshToken !== forOrders.refreshToken);

	walk.step("Each at its own API");
	walk.check("crm lets it in", "RFC 6750 §2.1", (await call(walk, customers, forCrm.accessToken)).status === 200);
	walk.check(
		"so does orders",
		"RFC 6750 §2.1",
		(await call(walk, `${parties.orders.origin}/orders`, forOrders.accessToken)).status === 200,
	);
	const added = await call(walk, customers, forCrm.accessToken, { name: "Hilltop Bakery", town: "Easton" });
	walk.check("Alice is in sales, so her token may write", "RFC 6750 §3.1", added.status === 201);

	walk.step("Each at the other's");
	const refused = async (what: string, section: string, url: string, token?: string) => {
		const answer = await call(walk, url, token);
		const challenge = answer.headers.get("www-authenticate") ?? "";
		const named = token === undefined ? !challenge.includes("error=") : challenge.includes('error="invalid_token"');
		walk.check(what, section, answer.status === 401 && challenge.startsWith("Bearer") && named);
		return challenge;
	};
	await refused(
		"orders refuses the token for crm: its audience is another",
		"RFC 9068 §4",
		`${parties.orders.origin}/orders`,
		forCrm.accessToken,
	);
	await refused("crm refuses the token for orders", "RFC 9068 §4", customers, forOrders.accessToken);

	walk.step("What is no access token");
	const challenge = await refused("without one, crm says that one is needed, and no error", "RFC 6750 §3.1", customers);
	walk.check("and where it is described who gives tokens", "RFC 9728 §5.1", challenge.includes("resource_metadata="));
	await refused("the ID token says who, not what is allowed: refused", "RFC 9068 §4", customers, portal.idToken);
	await refused("for somebody else under the old signature: refused", "RFC 7515 §5.2", customers, withOtherSubject(forCrm.accessToken));
	await refused("with alg none: refused", "RFC 8725 §3.1", customers, withoutSignature(forCrm.accessToken));
	const confused = signedWithPublicKey(forCrm.accessToken, provider.keys);
	await refused("with HS256 and the public key as its secret: refused", "RFC 8725 §3.1", customers, confused);
	return { forCrm, forOrders };
}
