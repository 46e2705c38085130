import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { type Issuer, startIssuer } from "@gatehouse/testing";
import { describe, expect, test } from "vitest";
import { type AuthError, createMachine, type MachineOptions, type PrivateKey, privateKey } from "../src/machine/index.ts";
import { company, house, origin } from "./web/house.ts";

const orders = "https://orders.acme.test";
const sessionKeys = ["a-key-of-the-app-that-seals-its-sessions"];

const keys = {
	RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
	PS256: { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), alg: "PS256" },
	ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
	EdDSA: generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
} as const satisfies Record<string, PrivateKey>;

/** A real issuer that knows the public halves alone: of the night job all, of the crm the first two. */
async function start(): Promise<Issuer> {
	const all = await privateKey(keys.RS256, keys.PS256, keys.ES256, keys.EdDSA).jwks();
	const some = await privateKey(keys.ES256, keys.EdDSA).jwks();
	const signs = { token_endpoint_auth_method: "private_key_jwt" } as const;
	const { client_secret: _, ...crm } = company.clients[0];
	return startIssuer({
		...company,
		clients: [
			{ ...crm, ...signs, jwks: some },
			{ ...signs, client_id: "night-job", grant_types: ["client_credentials"], scope: "orders.read", jwks: all },
		],
	});
}

const machineOf = (issuer: Issuer, clientAuth: MachineOptions["clientAuth"], more: Partial<MachineOptions> = {}) =>
	createMachine({ issuer: issuer.url, clientId: "night-job", clientAuth, ...more });
const codeOf = (error: AuthError) => error.code;
/** What the issuer was told as the proof, by each request. */
function listening() {
	const assertions: string[] = [];
	const fetch: typeof globalThis.fetch = (url, init) => {
		const assertion = new URLSearchParams(String(init?.body)).get("client_assertion");
		if (assertion !== null) assertions.push(assertion);
		return globalThis.fetch(url, init);
	};
	return { assertions, fetch };
}

describe("a client that shares no secret with the issuer", () => {
	test.each(Object.entries(keys))("a machine gets its tokens by a key for %s", async (_, key) => {
		await using issuer = await start();
		const { scope } = await machineOf(issuer, privateKey(key)).token({ resource: orders });
		expect(scope).toEqual(["orders.read"]);
	});

	test("CA-05 an answer that was lost is asked for again by another assertion, and each is taken once", async () => {
		await using issuer = await start();
		const { assertions, fetch } = listening();
		const machine = machineOf(issuer, privateKey(keys.ES256), { fetch });
		issuer.lose("token");
		expect((await machine.token({ resource: orders })).scope).toEqual(["orders.read"]);
		expect(new Set(assertions).size).toBe(2);
		// Whoever has overheard one has nothing: it was used.
		for (const assertion of assertions) {
			const form = new URLSearchParams({
				...{ grant_type: "client_credentials", resource: orders, client_assertion: assertion },
				client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
			});
			const again = await globalThis.fetch(`${issuer.url}/token`, { method: "POST", body: form });
			expect([again.status, (await again.json()).error]).toEqual([401, "invalid_client"]);
		}
	});

	test("another key than those that are registered is refused, and so is a key of another client; neither is told", async () => {
		await using issuer = await start();
		const stranger = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
		const error: AuthError = await machineOf(issuer, privateKey(stranger))
			.token({ resource: orders })
			.then(
				() => expect.unreachable(),
				(thrown) => thrown,
			);
		expect(error).toMatchObject({ code: "invalid_client", action: "fix-config" });
		expect(inspect(error, { depth: 9 })).not.toContain(stranger.d);
		expect(inspect(issuer.log, { depth: 9, maxArrayLength: null })).not.toContain(stranger.d);
		const other = createMachine({ issuer: issuer.url, clientId: "crm", clientAuth: privateKey(keys.RS256) });
		expect(await other.token({ resource: orders }).catch(codeOf)).toBe("invalid_client");
	});

	test("a key is changed without a pause: the next is registered beside it, then it signs", async () => {
		await using issuer = await start();
		let first: string = keys.ES256;
		const { assertions, fetch } = listening();
		const machine = machineOf(
			issuer,
			privateKey(() => first, keys.EdDSA),
			{ fetch, now: issuer.clock.now },
		);
		await machine.token({ resource: orders });
		first = keys.EdDSA;
		issuer.clock.pass("11m");
		await machine.token({ resource: orders });
		const headers = assertions.map((assertion) => JSON.parse(Buffer.from(assertion.split(".")[0]!, "base64url").toString()));
		const published = await privateKey(keys.ES256, keys.EdDSA).jwks();
		expect(headers.map(({ kid }) => kid)).toEqual(published.keys.map(({ kid }) => kid));
	});
});

describe("a web app that shares no secret with the issuer", () => {
	const signing = { clientAuth: privateKey(keys.ES256, keys.EdDSA), sessionKeys };

	test("signs people in, refreshes, and gives its tokens back, each by an assertion of its own", async () => {
		await using issuer = await start();
		const { assertions, fetch } = listening();
		const app = house(issuer, { ...signing, fetch, now: issuer.clock.now });
		const browser = app.browser();
		const { response } = await app.signIn(browser);
		expect(await response.json()).toMatchObject({ name: "Alice Example" });
		const request = () => {
			const cookie = [...browser.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
			return new Request(`${origin}/me`, { headers: { cookie } });
		};
		const first = await app.auth.token(request(), { resource: orders });
		issuer.clock.pass("11m");
		const second = await app.auth.token(request(), { resource: orders });
		expect(second.accessToken).not.toBe(first.accessToken);
		await browser.open("/auth/sign-out", { method: "POST", body: new URLSearchParams() });
		expect(issuer.calls).toMatchObject({ token: 3, revoke: 1 });
		expect(assertions).toHaveLength(4);
		expect(new Set(assertions).size).toBe(assertions.length);
	});

	test("says at the start what it lacks: keys for its sessions, or a key at all", () => {
		const made = (more: object) => () => house({ url: "https://auth.acme.test" } as Issuer, { ...signing, ...more });
		expect(made({ sessionKeys: undefined })).toThrow("createWebAuth() needs the option `sessionKeys`");
		expect(made({ clientAuth: privateKey("canary-secret") })).toThrow(
			"option `clientAuth`: a private key is expected, as a JWK or as PKCS#8 text (-----BEGIN PRIVATE KEY-----)",
		);
		expect(made({ clientAuth: privateKey("canary-secret") })).not.toThrow("canary");
		expect(made({})).not.toThrow();
	});
});
