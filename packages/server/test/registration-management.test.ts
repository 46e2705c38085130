import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authorize, codeOf, payloadOf, refresh, requestOf, signedIn, type TestClient } from "./flow.ts";
import { basic, type House, issuer, openHouse } from "./house.ts";
import { aClient, bearer, manage, openRegistration, type Registered, register, registered, registrationState } from "./registering.ts";

let house: House;
beforeAll(async () => {
	house = await openRegistration();
});
afterAll(() => house[Symbol.asyncDispose]());

/** As a client of the house, for whole flows. */
const flowing = (client: Registered) => client as unknown as TestClient;

/** What a client sends to be as it is. */
const itself = (client: Registered, about: object = {}) => ({ ...aClient, client_id: client.client_id, ...about });

async function expectNotManaged(answer: { readonly statusCode: number; readonly headers: object; json(): unknown }): Promise<void> {
	expect([answer.statusCode, (answer.json() as { error: string }).error]).toEqual([401, "invalid_token"]);
	expect(answer.headers).toMatchObject({ "www-authenticate": expect.stringMatching(/^Bearer realm=/), "cache-control": "no-store" });
}

describe("DR-01 whose token manages whom", () => {
	test("DR-01 A's token does nothing to B; a wrong one, none, and another kind of token do nothing either", async () => {
		const [a, b] = [await registered(house), await registered(house)];
		const { access_token } = await signedIn(
			house,
			flowing(await registered(house, { ...aClient, token_endpoint_auth_method: "client_secret_post" })),
		);
		const before = await registrationState(house);
		const wrong = b.registration_access_token.replace(/^./, (first) => (first === "A" ? "B" : "A"));
		for (const token of [a.registration_access_token, wrong, "", "x", `${b.registration_access_token}=`, b.client_secret, access_token])
			for (const [method, body] of [["GET"], ["PUT", itself(b)], ["DELETE"]] as const)
				await expectNotManaged(await manage(house, method, b, body, token));
		const own = basic(b);
		await expectNotManaged(await house.request({ url: new URL(b.registration_client_uri).pathname, headers: own }));
		expect(await registrationState(house)).toEqual(before);
		expect((await manage(house, "GET", b)).statusCode).toBe(200);
	});

	test("DR-01 after deletion nothing answers to the token, and the client is unknown", async () => {
		const client = await registered(house);
		const answer = await manage(house, "DELETE", client);
		expect([answer.statusCode, answer.body, answer.headers["cache-control"]]).toEqual([204, "", "no-store"]);
		const before = await registrationState(house);
		for (const [method, body] of [["GET"], ["PUT", itself(client)], ["DELETE"]] as const)
			await expectNotManaged(await manage(house, method, client, body));
		expect(await registrationState(house)).toEqual(before);
		expect((await house.browser().go(requestOf(flowing(client)).url)).page).toBe("error");
	});

	test("a client that an operator has switched off does not manage itself, and does again when it is switched on", async () => {
		const client = await registered(house);
		const { clients } = house.gatehouse.ground.store;
		const row = (await clients.find(client.client_id))!;
		await clients.put({ ...row, held: true }, []);
		for (const [method, body] of [["GET"], ["PUT", itself(client)], ["DELETE"]] as const)
			await expectNotManaged(await manage(house, method, client, body));
		await clients.put(row, []);
		expect((await manage(house, "GET", client)).statusCode).toBe(200);
	});

	test("a client that the file takes over is the file's", async () => {
		const client = await registered(house);
		const { clients, registrations } = house.gatehouse.ground.store;
		const row = (await clients.find(client.client_id))!;
		await clients.put({ ...row, managedBy: "file" }, []);
		await expectNotManaged(await manage(house, "DELETE", client));
		expect(await registrations.find(client.client_id)).toBeUndefined();
		expect(await clients.find(client.client_id)).toMatchObject({ managedBy: "file" });
	});

	test("while registration is off nobody manages anything", async () => {
		await using off = await openHouse();
		await expectNotManaged(await off.request({ url: "/register/abc", headers: bearer("A".repeat(43)) }));
	});

	test("an id of any spelling is one that nobody has", async () => {
		for (const id of ["__proto__", "%00", "..%2F..", "%E2%80%AE", "'or 1=1--", "shop"])
			await expectNotManaged(await house.request({ url: `/register/${id}`, headers: bearer("A".repeat(43)) }));
		const answer = await house.request({ url: "/register/%zz", headers: bearer("A".repeat(43)) });
		expect(answer.statusCode).toBe(404);
	});
});

describe("reading (RFC 7592 §2.1)", () => {
	test("what is registered, as it was answered, but for the secret, which is told once", async () => {
		const client = await registered(house, { ...aClient, logo_uri: "https://maker.test/logo.png", contacts: ["a@maker.test"] });
		const answer = await manage(house, "GET", client);
		const { client_secret: _, client_secret_expires_at: __, ...rest } = client;
		expect(answer.headers).toMatchObject({ "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
		expect([answer.statusCode, answer.json()]).toEqual([200, rest]);
	});
});

describe("changing (RFC 7592 §2.2)", () => {
	test("all of it is replaced: what is not sent is taken away", async () => {
		const client = await registered(house, { ...aClient, contacts: ["a@maker.test"], scope: "openid email", subject_type: "pairwise" });
		house.wait(1_000);
		const answer = await manage(
			house,
			"PUT",
			client,
			itself(client, { client_name: "Renamed", redirect_uris: ["https://maker.test/new"] }),
		);
		expect(answer.statusCode, answer.body).toBe(200);
		expect(answer.json()).toEqual({
			client_id: client.client_id,
			client_id_issued_at: client["client_id_issued_at"],
			client_name: "Renamed",
			redirect_uris: ["https://maker.test/new"],
			registration_client_uri: client.registration_client_uri,
			registration_access_token: client.registration_access_token,
			application_type: "web",
			grant_types: ["authorization_code"],
			response_types: ["code"],
			token_endpoint_auth_method: "client_secret_basic",
			scope: "openid profile email address phone",
			subject_type: "public",
			id_token_signed_response_alg: "RS256",
		});
		expect((await manage(house, "GET", client)).json()).toEqual(answer.json());
		const former = await house.browser().go(requestOf(flowing(client)).url);
		expect(former.page).toBe("error");
		const shown = await authorize(house.browser(), requestOf(flowing(client), { redirect_uri: "https://maker.test/new" }));
		expect(shown.page).toBe("consent");
	});

	test("what was answered may be sent back as it is, and changes nothing", async () => {
		const client = await registered(house);
		const answer = await manage(house, "PUT", client, client);
		expect(answer.statusCode, answer.body).toBe(200);
		const { client_secret: _, client_secret_expires_at: __, ...rest } = client;
		expect(answer.json()).toEqual(rest);
		const still = await house.post("/token", { grant_type: "authorization_code", code: "x" }, basic(client));
		expect(still.json().error).toBe("invalid_grant");
	});

	test("it is judged as if it were new; what is refused changes nothing", async () => {
		const client = await registered(house);
		const before = await registrationState(house);
		const refusals: readonly (readonly [object | string, string, string])[] = [
			[itself(client, { redirect_uris: ["javascript:alert(1)"] }), "redirect_uris[0]", "invalid_redirect_uri"],
			[itself(client, { redirect_uris: undefined }), "redirect_uris", "invalid_redirect_uri"],
			[itself(client, { grant_types: ["implicit"] }), "grant_types[0]", "invalid_client_metadata"],
			[itself(client, { jwks_uri: "https://10.0.0.1/jwks" }), "jwks_uri", "invalid_client_metadata"],
			[itself(client, { client_name: "x".repeat(10_240) }), "client_name", "invalid_client_metadata"],
			[itself(client, { software_statement: "a.b.c" }), "software_statement", "unapproved_software_statement"],
			[itself(client, { client_id: "shop" }), "client_id", "invalid_client_metadata"],
			[itself(client, { client_id: undefined }), "client_id", "invalid_client_metadata"],
			[itself(client, { client_secret: "one-of-its-own-choice-that-is-long" }), "client_secret", "invalid_client_metadata"],
			[itself(client, { client_secret: 7 }), "client_secret", "invalid_client_metadata"],
			["nonsense", "body", "invalid_client_metadata"],
			["[]", "body", "invalid_client_metadata"],
		];
		for (const [body, member, error] of refusals) {
			const answer = await manage(house, "PUT", client, body);
			expect([answer.statusCode, answer.json().error]).toEqual([400, error]);
			expect(answer.json().error_description).toContain(member);
		}
		expect(await registrationState(house)).toEqual(before);
		expect((await manage(house, "PUT", client, itself(client))).statusCode).toBe(200);
	});

	test("DR-05 an update smuggles in as little as a registration", async () => {
		const client = await registered(house);
		const answer = await manage(
			house,
			"PUT",
			client,
			itself(client, { first_party: true, reviewed: true, require_pkce: false, scope: "openid crm.write" }),
		);
		expect(answer.json()).toMatchObject({ scope: "openid" });
		expect(house.gatehouse.ground.registry().clients.get(client.client_id)).toMatchObject({
			firstParty: false,
			reviewed: false,
			requirePkce: true,
		});
	});

	test("a client that becomes public loses its secret, and one that becomes confidential gets one", async () => {
		const client = await registered(house);
		const open = await manage(house, "PUT", client, itself(client, { token_endpoint_auth_method: "none" }));
		expect(open.json()).not.toHaveProperty("client_secret");
		expect((await house.gatehouse.ground.store.clients.find(client.client_id))?.secrets).toEqual([]);
		const closed = await manage(house, "PUT", client, itself(client));
		const { client_secret } = closed.json();
		expect(closed.json()).toMatchObject({ client_secret: expect.stringMatching(/^[\w-]{43}$/), client_secret_expires_at: 0 });
		expect(client_secret).not.toBe(client.client_secret);
		const call = (secret: string) =>
			house.post("/token", { grant_type: "authorization_code", code: "x" }, basic({ client_id: client.client_id, client_secret: secret }));
		expect((await call(client.client_secret)).statusCode).toBe(401);
		expect((await call(client_secret)).json().error).toBe("invalid_grant");
	});

	test("from basic to post the secret stays", async () => {
		const client = await registered(house);
		const answer = await manage(
			house,
			"PUT",
			client,
			itself(client, { token_endpoint_auth_method: "client_secret_post", client_secret: client.client_secret }),
		);
		expect(answer.json()).not.toHaveProperty("client_secret");
		const { client_id, client_secret } = client;
		const used = await house.post("/token", { grant_type: "authorization_code", code: "x", client_id, client_secret });
		expect(used.json().error).toBe("invalid_grant");
	});

	test("DR-09 where it names another place people are asked anew, and what they allowed before is dead", async () => {
		const body = { ...aClient, token_endpoint_auth_method: "client_secret_post", grant_types: ["authorization_code", "refresh_token"] };
		const client = await registered(house, body);
		const scope = "openid profile offline_access";
		const { browser, refresh_token } = await signedIn(house, flowing(client), { scope });
		const silent = await browser.go(requestOf(flowing(client), { scope }).url);
		expect(codeOf(silent)).toBeDefined();

		house.wait(1_000);
		await manage(house, "PUT", client, { ...body, client_id: client.client_id, client_name: "The same place" });
		expect(codeOf(await browser.go(requestOf(flowing(client), { scope }).url))).toBeDefined();

		house.wait(1_000);
		const redirect_uris = ["https://maker.test/cb", "https://evil.test/cb"];
		expect((await manage(house, "PUT", client, { ...body, client_id: client.client_id, redirect_uris })).statusCode).toBe(200);
		const asked = await browser.go(requestOf(flowing(client), { scope, redirect_uri: "https://evil.test/cb" }).url);
		expect(asked.page).toBe("consent");
		expect(asked.html).toContain("evil.test");
		expect((await refresh(house, flowing(client), refresh_token)).json().error).toBe("invalid_grant");
	});

	test("I6 where it would see by what name another sector knows people, what they allowed before is dead", async () => {
		const { cinema, body } = ofSectors();
		const client = await registered(house, body);
		const { client_id, ...tokens } = await knownTo(client);
		house.wait(1_000);
		const pairwise = { ...body, client_id, redirect_uris: [cinema], subject_type: "pairwise" };
		expect((await manage(house, "PUT", client, pairwise)).statusCode).toBe(200);
		expect((await refresh(house, flowing(client), tokens.refresh_token)).json().error).toBe("invalid_grant");
		expect((await house.request({ url: "/userinfo", headers: bearer(tokens.access_token) })).statusCode).toBe(401);
		const introspected = await house.post("/introspect", { client_id, client_secret: client.client_secret, token: tokens.refresh_token });
		expect(introspected.json()).toEqual({ active: false });
	});

	test("I6 the twin: within its own sector a client drops an address, and nobody is asked anew", async () => {
		const { body } = ofSectors();
		const own = { ...body, redirect_uris: ["https://maker.test/cb", "https://maker.test/other"], subject_type: "pairwise" };
		const client = await registered(house, own);
		const { client_id, refresh_token, id_token } = await knownTo(client);
		house.wait(1_000);
		await manage(house, "PUT", client, { ...own, client_id, redirect_uris: ["https://maker.test/cb"] });
		const again = await refresh(house, flowing(client), refresh_token);
		expect(payloadOf(again.json().id_token)["sub"]).toBe(payloadOf(id_token)["sub"]);
	});

	test("I7 what was issued to a client that proves itself is good for nobody when it ceases to; from secret to secret it lives", async () => {
		const { body } = ofSectors();
		const client = await registered(house, body);
		const { client_id, refresh_token } = await knownTo(client);
		house.wait(1_000);
		await manage(house, "PUT", client, { ...body, client_id, token_endpoint_auth_method: "client_secret_basic" });
		await manage(house, "PUT", client, { ...body, client_id });
		const next = (await refresh(house, flowing(client), refresh_token)).json().refresh_token;
		expect(next).toBeDefined();

		house.wait(1_000);
		await manage(house, "PUT", client, { ...body, client_id, token_endpoint_auth_method: "none" });
		const stolen = await house.post("/token", { grant_type: "refresh_token", refresh_token: next, client_id });
		expect([stolen.statusCode, stolen.json().error]).toEqual([400, "invalid_grant"]);
	});

	/** What a client with addresses of two hosts says of itself. */
	function ofSectors() {
		const cinema = "https://cinema.test/cb";
		const body = {
			client_name: "Gadget Maker",
			redirect_uris: ["https://maker.test/cb", cinema],
			token_endpoint_auth_method: "client_secret_post",
			grant_types: ["authorization_code", "refresh_token"],
		};
		return { cinema, body };
	}

	async function knownTo(client: Registered) {
		return { client_id: client.client_id, ...(await signedIn(house, flowing(client), { scope: "openid profile offline_access" })) };
	}

	test("two changes at once: one is made, and the other told to look again, or both one after the other", async () => {
		const client = await registered(house);
		house.wait(1_000);
		const answers = await Promise.all(["One", "Two"].map((client_name) => manage(house, "PUT", client, itself(client, { client_name }))));
		const codes = answers.map(({ statusCode }) => statusCode).toSorted();
		expect([
			[200, 200],
			[200, 503],
		]).toContainEqual(codes);
		const won = answers.filter(({ statusCode }) => statusCode === 200).map((answer) => answer.json().client_name);
		expect(won).toContain((await manage(house, "GET", client)).json().client_name);
	});
});

describe("deleting (RFC 7592 §2.3)", () => {
	test("the client is gone with what people allowed it: no code, no refresh, no row of it", async () => {
		const body = { ...aClient, token_endpoint_auth_method: "client_secret_post", grant_types: ["authorization_code", "refresh_token"] };
		const client = await registered(house, body);
		const { refresh_token, access_token, browser } = await signedIn(house, flowing(client), { scope: "openid profile offline_access" });
		expect((await house.request({ url: "/userinfo", headers: bearer(access_token) })).statusCode).toBe(200);
		expect((await manage(house, "DELETE", client)).statusCode).toBe(204);
		expect((await refresh(house, flowing(client), refresh_token)).json().error).toBe("invalid_client");
		expect((await house.request({ url: "/userinfo", headers: bearer(access_token) })).statusCode).toBe(401);
		expect((await browser.go(requestOf(flowing(client)).url)).page).toBe("error");
		const { store } = house.gatehouse.ground;
		expect(await store.clients.find(client.client_id)).toBeUndefined();
		expect(await store.registrations.find(client.client_id)).toBeUndefined();
		const alice = (await store.people.findByName("alice"))?.person.id ?? "";
		expect(await store.consents.find(alice, client.client_id)).toBeUndefined();
		const [told] = await store.events.list({ limit: 1, clientId: client.client_id });
		expect(told).toMatchObject({ type: "client.removed", traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
	});

	test("a library that sends a content type with nothing in it deletes all the same", async () => {
		const client = await registered(house);
		const headers = { ...bearer(client.registration_access_token), "content-type": "application/json", "content-length": "0" };
		const answer = await house.request({ method: "DELETE", url: new URL(client.registration_client_uri).pathname, headers });
		expect(answer.statusCode).toBe(204);
	});

	test("of many who delete at once one is told that it did", async () => {
		const client = await registered(house);
		const answers = await Promise.all(Array.from({ length: 5 }, () => manage(house, "DELETE", client)));
		expect(answers.every(({ statusCode }) => statusCode === 204 || statusCode === 401)).toBe(true);
		const told = await house.gatehouse.ground.store.events.list({ limit: 10, clientId: client.client_id, type: "client.removed" });
		expect(told).toHaveLength(1);
	});
});

test("replicas: a client that registered here works there after a refresh, and is managed from there", async () => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-registration-"));
	try {
		const masterKey = Buffer.alloc(32, 7).toString("base64");
		const alterations = { file: { registration: { dynamic: "open" }, masterKey }, store: `sqlite:${folder}/data.db` };
		await using here = await openHouse(alterations);
		await using there = await openHouse(alterations);
		const client = await registered(here);
		expect((await manage(there, "GET", client)).statusCode).toBe(200);
		await there.gatehouse.refresh();
		expect((await authorize(there.browser(), requestOf(flowing(client)))).page).toBe("consent");
		await manage(there, "DELETE", client);
		expect((await manage(here, "GET", client)).statusCode).toBe(401);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("the address that manages a client is below the issuer", async () => {
	const client = (await register(house)).json() as Registered;
	expect(client.registration_client_uri).toBe(`${issuer}/register/${client.client_id}`);
});
