import { createMachine } from "@gatehouse/sdk/machine";
import { decode } from "./jwt.ts";
import type { Provider, Tour } from "./tour.ts";
import { call, guessing, post } from "./wire.ts";

/** The night job: nobody is present. */
export async function machine({ walk, parties, clients }: Tour, provider: Provider): Promise<void> {
	const { nightJob } = clients;
	walk.chapter(
		"The night job",
		"RFC 6749 §4.4",
		"A program that works while everybody sleeps signs in as itself. It has a secret of its own, so it needs no refresh token: it can ask again. It asks no more often than it must; @gatehouse/sdk/machine sees to that.",
	);
	/** What auth was asked for a token, and each token that went to an API. */
	const asked: URLSearchParams[] = [];
	const used: string[] = [];
	let refreshTokens = 0;
	const auth = createMachine({
		issuer: provider.issuer,
		clientId: nightJob.id,
		clientAuth: nightJob.secret ?? "",
		async fetch(input, init) {
			const bearer = new Headers(init?.headers).get("authorization") ?? "";
			if (bearer.startsWith("Bearer ")) used.push(bearer.slice("Bearer ".length));
			const response = await fetch(input, init);
			if (String(input) === provider.tokenEndpoint) {
				const body = new URLSearchParams(String(init?.body));
				asked.push(body);
				walk.sent(`POST ${provider.tokenEndpoint}  as ${nightJob.id}, by Authorization: Basic •••`, body);
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
	const wrong = await post(walk, provider.tokenEndpoint, guessing(nightJob), [["grant_type", "client_credentials"]]);
	walk.check("with a wrong secret it is nobody", "RFC 6749 §5.2", wrong.status === 401 && wrong.json.error === "invalid_client");
}
