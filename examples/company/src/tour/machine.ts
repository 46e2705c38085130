import { generateKeyPairSync } from "node:crypto";
import { createMachine, privateKey } from "@gatehouse/sdk/machine";
import { decode } from "./jwt.ts";
import type { Provider, Tour } from "./tour.ts";
import { call, post } from "./wire.ts";

/** The night job: nobody is present. */
export async function machine({ walk, parties, clients, nightJobKey }: Tour, provider: Provider): Promise<void> {
	const { nightJob } = clients;
	walk.chapter(
		"The night job",
		"RFC 6749 §4.4, RFC 7523",
		"A program that works while everybody sleeps signs in as itself. It shares no secret with auth: it signs with a private key that never leaves it, and auth knows the public half. It needs no refresh token, because it can ask again. It asks no more often than it must; @gatehouse/sdk/machine sees to that.",
	);
	/** What auth was asked for a token, and each token that went to an API. */
	const asked: URLSearchParams[] = [];
	const used: string[] = [];
	let refreshTokens = 0;
	const auth = createMachine({
		issuer: provider.issuer,
		clientId: nightJob.id,
		clientAuth: nightJobKey,
		async fetch(input, init) {
			const bearer = new Headers(init?.headers).get("authorization") ?? "";
			if (bearer.startsWith("Bearer ")) used.push(bearer.slice("Bearer ".length));
			const response = await fetch(input, init);
			if (String(input) === provider.tokenEndpoint) {
				const body = new URLSearchParams(String(init?.body));
				asked.push(body);
				const shown = new URLSearchParams(body);
				shown.set("client_assertion", "•••");
				walk.sent(`POST ${provider.tokenEndpoint}  as ${nightJob.id}, by what its key has signed`, shown);
				const answer = (await response.clone().json()) as Readonly<Record<string, unknown>>;
				if ("refresh_token" in answer) refreshTokens++;
				walk.got(
					String(response.status),
					Object.entries(answer).map(([name, value]) => [name, String(value)] as const),
				);
			}
			return response;
		},
	});
	const orders = () => auth.fetch(`${parties.orders.origin}/orders`);

	walk.step("Fifty calls at once, and no token yet");
	const answers = await Promise.all(Array.from({ length: 50 }, orders));
	walk.check(
		"orders lets all of them in",
		"RFC 6750 §2.1",
		answers.every(({ status }) => status === 200),
	);
	walk.check("auth was asked for a token once", "RFC 6749 §4.4.2", asked.length === 1);
	walk.check("no refresh token came with it", "RFC 6749 §4.4.3", refreshTokens === 0);
	const assertion = decode(asked[0]?.get("client_assertion") ?? "");
	walk.check(
		"it proves itself to auth alone, for a minute",
		"RFC 7523 §3, RFC 10070",
		assertion?.claims.aud === provider.issuer && Number(assertion.claims.exp) - Number(assertion.claims.iat) === 60,
	);
	const { claims } = decode(used[0] ?? "") ?? {};
	walk.check(
		"it speaks for the job itself, and for orders alone",
		"RFC 9068 §2.2",
		claims?.sub === "night-job" && [claims.aud].flat().join() === parties.orders.origin,
	);

	walk.step("Later that night");
	await Promise.all([orders(), orders()].map(async (answer) => (await answer).body?.cancel()));
	walk.check(
		"the token that is there still serves: auth is not asked again",
		"RFC 6749 §5.1, expires_in",
		asked.length === 1 && new Set(used).size === 1,
	);
	walk.check("crm does not take it", "RFC 9068 §4", (await call(walk, `${parties.crm.origin}/customers`, used[0])).status === 401);

	walk.step("What it may not have");
	const refused = await auth.token({ resource: parties.crm.origin, scope: "crm.write" }).then(
		() => "nothing",
		(error: { readonly code?: string }) => error.code,
	);
	walk.check("a scope it was never given is refused", "RFC 6749 §5.2", refused === "invalid_scope");
	const again = await post(walk, provider.tokenEndpoint, nightJob, [
		["grant_type", "client_credentials"],
		["client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
		["client_assertion", asked[0]?.get("client_assertion") ?? ""],
	]);
	walk.check(
		"a proof that somebody overheard is used up",
		"RFC 7523 §3, jti",
		again.status === 401 && again.json.error === "invalid_client",
	);
	const another = privateKey(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }));
	const wrong = await createMachine({ issuer: provider.issuer, clientId: nightJob.id, clientAuth: another })
		.token({ resource: parties.orders.origin })
		.then(
			() => "nothing",
			(error: { readonly code?: string }) => error.code,
		);
	walk.check("with another key it is nobody", "RFC 6749 §5.2", wrong === "invalid_client");
}
