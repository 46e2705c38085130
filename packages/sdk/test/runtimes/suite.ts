import type { AuthError } from "../../src/client/auth-error.ts";
import type { Client, createClient } from "../../src/client/client.ts";
import type { clientSecretPost } from "../../src/client/client-auth/index.ts";
import type { World } from "../../src/client/world.ts";

/** The core as it was built, in the runtime that this is; and the way to command the issuer. */
export interface Party {
	readonly core: {
		readonly createClient: typeof createClient;
		readonly clientSecretPost: typeof clientSecretPost;
		readonly platform: World;
	};
	readonly issuer: string;
	readonly origin: string;
	readonly resource: string;
	readonly secret: string;
	/** Whether the platform sends a request again by itself. */
	readonly repeats: boolean;
	readonly command: <T>(name: string, ...args: readonly unknown[]) => Promise<T>;
}

/** What became of each case: nothing, or what went wrong. */
export type Results = Readonly<Record<string, string | undefined>>;

/** Runs every case, one after the other, on one issuer. Needs nothing but the language and the platform's `fetch` and Web Crypto. */
export async function run(party: Party): Promise<Results> {
	const results: Record<string, string | undefined> = {};
	for (const [name, work] of Object.entries(cases)) {
		try {
			await work(party);
			results[name] = "passed";
		} catch (error) {
			results[name] = String(error instanceof Error ? (error.stack ?? error) : error);
		}
		await party.command("mend");
	}
	return results;
}

const cases: Readonly<Record<string, (party: Party) => Promise<void>>> = {
	async "RP-08 discovery is one request for all who ask, and another issuer's metadata is refused"(party) {
		await party.command("answer", "discovery", { body: { issuer: "https://evil.test" } });
		const client = web(party);
		same(await codeOf(client.endpoints()), "issuer_mismatch");
		const before = await callsOf(party, "discovery");
		const all = await Promise.all(Array.from({ length: 50 }, () => client.endpoints()));
		same(new Set(all.map(({ token }) => token)), new Set([`${party.issuer}/token`]));
		same((await callsOf(party, "discovery")) - before, 1);
	},

	async "RP-01 TK-06 a code is redeemed, for this nonce and this verifier alone"(party) {
		for (const client of [web(party), made(party, "app")]) {
			const { claims, tokens } = await signIn(party, client);
			same([claims["iss"], claims["aud"], claims["name"]], [party.issuer, client.clientId, "Alice Example"]);
			same([tokens.scope.includes("orders.read"), tokens.lifetime], [true, 600_000]);
			same(await codeOf(signIn(party, client, { nonce: "another" })), "id_token_refused");
			same(await codeOf(signIn(party, client, { verifier: client.newSecrets().verifier })), "session_expired");
		}
	},

	async "secrets of a transaction are 256 bits each, and never the same"(party) {
		const client = web(party);
		const drawn = Array.from({ length: 100 }, () => Object.values(client.newSecrets())).flat();
		same(
			drawn.filter((text) => !/^[\w-]{43}$/.test(text)),
			[],
		);
		same(new Set(drawn).size, 300);
	},

	async "F-03 a refresh whose answer was lost is asked for again, and the successor works"(party) {
		const client = web(party);
		const { claims, tokens } = await signIn(party, client);
		const refresh = (refreshToken = "") => client.refresh({ refreshToken, resource: party.resource, sub: String(claims["sub"]) });
		await party.command("lose", "token");
		const first = await refresh(tokens.refreshToken);
		same(first.refreshToken === tokens.refreshToken, false);
		const second = await refresh(first.refreshToken);
		same(second.refreshToken === first.refreshToken, false);
		same(
			await codeOf(client.refresh({ refreshToken: String(second.refreshToken), resource: party.resource, sub: "mallory" })),
			"id_token_refused",
		);
	},

	async "F-01 a redemption whose answer was lost is not sent again, but by a browser itself"(party) {
		const client = web(party);
		await party.command("lose", "token");
		const before = await callsOf(party, "token");
		const code = await codeOf(signIn(party, client));
		const calls = (await callsOf(party, "token")) - before;
		// Chromium repeats any request whose kept connection was cut before the first byte: the issuer takes the second for a replay.
		const expected = party.repeats && calls === 2 ? "session_expired" : "issuer_unreachable";
		same([code, calls], [expected, party.repeats ? calls : 1]);
	},

	async "RF-07 a session that the issuer ended, and a token that was given back, are session_expired"(party) {
		const client = web(party);
		const ended = await signIn(party, client);
		const given = await signIn(party, client);
		await client.revoke(String(given.tokens.refreshToken));
		for (const { claims, tokens } of [given, ended]) {
			if (tokens === ended.tokens) await party.command("endSessions", "alice");
			const refreshing = { refreshToken: String(tokens.refreshToken), resource: party.resource, sub: String(claims["sub"]) };
			same(await codeOf(client.refresh(refreshing)), "session_expired");
		}
	},

	async "a machine proves itself in the header and in the form, whatever is in its name and its secret"(party) {
		const { clientSecretPost } = party.core;
		for (const client of [made(party, "job:1+1%", party.secret), made(party, "poster", clientSecretPost(party.secret))]) {
			const { scope, lifetime } = await client.clientCredentials({ resource: party.resource, scope: "orders.read" });
			same([scope, lifetime], [["orders.read"], 600_000]);
			same(await codeOf(client.clientCredentials({ resource: "https://nobody.test" })), "invalid_target");
		}
		const canary = "canary-in-a-wrong-secret";
		const refused = await errorOf(made(party, "poster", clientSecretPost(canary)).clientCredentials({ resource: party.resource }));
		same([refused.code, `${refused.stack}${JSON.stringify(refused)}`.includes(canary)], ["invalid_client", false]);
	},

	async "Retry-After is honoured: a little is waited for, more is told"(party) {
		const slept: number[] = [];
		let ahead = 0;
		const sleep = async (ms: number) => {
			slept.push(ms);
			ahead += ms;
		};
		const { platform } = party.core;
		const world = { ...platform, sleep, steady: () => platform.steady() + ahead };
		const client = made(party, "poster", party.core.clientSecretPost(party.secret), world);
		await party.command("unavailable", "token", 3);
		await client.clientCredentials({ resource: party.resource });
		same(slept.reduce((all, ms) => all + ms, 0) >= 2_900, true);
		await party.command("unavailable", "token", 60);
		const refused = await errorOf(client.clientCredentials({ resource: party.resource }));
		same([refused.code, refused.retryable, refused.retryAfter], ["temporarily_unavailable", true, 60]);
	},

	async "F-41 an issuer that is away, a page instead of JSON, a redirect and an endless answer are issuer_unreachable, and it recovers"(
		party,
	) {
		const client = web(party);
		await client.endpoints();
		const ask = () => codeOf(client.redeem({ code: "c", redirectUri: `${party.origin}/callback`, verifier: "v", nonce: "n" }));
		await party.command("offline");
		same(await ask(), "issuer_unreachable");
		await party.command("mend");
		for (const answer of [
			{ headers: { "content-type": "text/html" }, body: "<h1>Welcome to our Wi-Fi</h1>" },
			{ status: 302, headers: { location: `${party.origin}/elsewhere` } },
			{ body: "x".repeat(100_000) },
			{ status: 500 },
		]) {
			await party.command("answer", "token", answer);
			same(await ask(), "issuer_unreachable");
		}
		same(await ask(), "session_expired");
	},

	async "the way out names the app and where to land"(party) {
		const url = new URL(String(await web(party).endSessionUrl({ postLogoutRedirectUri: `${party.origin}/`, state: "a b" })));
		same(`${url.origin}${url.pathname}`, `${party.issuer}/end-session`);
		same(Object.fromEntries(url.searchParams), { client_id: "web", post_logout_redirect_uri: `${party.origin}/`, state: "a b" });
	},
};

function made(
	{ core, issuer }: Party,
	clientId: string,
	clientAuth?: Parameters<typeof createClient>[0]["clientAuth"],
	world = core.platform,
): Client {
	return core.createClient({ issuer, clientId, clientAuth, world });
}

const web = (party: Party) => made(party, "web", party.secret);

/** A whole sign-in; `other` takes the place of what was drawn for it, when the code is redeemed. */
async function signIn(party: Party, client: Client, other: { readonly nonce?: string; readonly verifier?: string } = {}) {
	const redirectUri = `${party.origin}/callback`;
	const secrets = client.newSecrets();
	const url = await client.authorizationUrl({ redirectUri, scope: "openid profile orders.read", resource: [party.resource] }, secrets);
	const back = new URL(await party.command<string>("signIn", url, "alice"));
	same(back.searchParams.get("state"), secrets.state);
	const { nonce, verifier } = { ...secrets, ...other };
	return client.redeem({ code: back.searchParams.get("code") ?? "", redirectUri, verifier, nonce, resource: party.resource });
}

async function callsOf(party: Party, endpoint: string): Promise<number> {
	return (await party.command<Readonly<Record<string, number>>>("calls"))[endpoint] ?? 0;
}

async function errorOf(work: Promise<unknown>): Promise<AuthError> {
	const result = await work.then(
		() => undefined,
		(error: unknown) => error as AuthError,
	);
	if (result?.name !== "AuthError") throw new Error(`an AuthError was expected, and came: ${result?.stack ?? "none"}`);
	return result;
}

const codeOf = async (work: Promise<unknown>) => (await errorOf(work)).code;

function same(actual: unknown, expected: unknown): void {
	const [a, b] = [actual, expected].map((value) => JSON.stringify(value instanceof Set ? [...value] : value));
	if (a !== b) throw new Error(`expected ${b}, and it is ${a}`);
}
