import { afterEach, beforeEach, expect, test } from "vitest";
import { declarationOf, type ManagementTestGround, managementGround, start } from "../../test/management-ground.ts";
import { addClient, findClient, removeClient, rotateSecret, setClientEnabled } from "./clients.ts";
import { declare } from "./declare.ts";

let ground: ManagementTestGround;
beforeEach(async () => {
	ground = await managementGround();
});
afterEach(() => ground.close());

const portal = { client_id: "portal", redirect_uris: ["https://portal.example/cb"] };

test("a confidential client without a secret gets one, which is shown once and stored sealed", async () => {
	const { client, secret } = await addClient(ground, { metadata: portal, secrets: [] }, start);
	if (secret === undefined) throw new Error("no secret was made");
	expect(client).toMatchObject({ id: "portal", managedBy: "store", held: false, createdAt: start });
	expect(JSON.stringify(await ground.clients.all())).not.toContain(secret);
	expect(ground.secrets.matches(secret, client.secrets, start)).toBe(true);
	expect(await ground.eventTypes()).toEqual(["client.added"]);
	await expect(addClient(ground, { metadata: portal, secrets: [] }, start)).rejects.toThrow(/there is a client portal already/);
});

test("a public client gets no secret, and a secret that was brought is kept", async () => {
	const metadata = { ...portal, token_endpoint_auth_method: "none" };
	expect(await addClient(ground, { metadata, secrets: [] }, start)).not.toHaveProperty("secret");
	const other = await addClient(ground, { metadata: { ...portal, client_id: "other" }, secrets: [{ value: "brought" }] }, start);
	expect(other).not.toHaveProperty("secret");
	expect(ground.secrets.matches("brought", other.client.secrets, start)).toBe(true);
});

test("AZ-03 AZ-06 AZ-07 a client that may not be is refused with everything that is wrong, and nothing is stored", async () => {
	const metadata = {
		...portal,
		redirect_uris: ["https://rp@evil/cb", "https://rp/*", "javascript:alert"],
		scope: "openid crm.read",
		grant_types: ["authorization_code", "password"],
	};
	await expect(addClient(ground, { metadata, secrets: [] }, start)).rejects.toThrow(
		/^the client portal is refused: grant_types\[1\] .*; redirect_uris\[0\] .*; redirect_uris\[1\] .*; redirect_uris\[2\] .*; scope names crm\.read/,
	);
	await expect(addClient(ground, { metadata: { client_id: "none", redirect_uris: [] }, secrets: [] }, start)).rejects.toThrow(
		/redirect_uris is missing/,
	);
	expect(await ground.clients.all()).toEqual([]);
	await declare(declarationOf({ people: [], clients: [] }), ground, start);
	await addClient(ground, { metadata: { ...portal, scope: "openid crm.read" }, secrets: [] }, start);
	expect(await ground.clients.all()).toHaveLength(1);
});

test("DR-02 a client that is added has nothing called at a private address", async () => {
	const metadata = { ...portal, backchannel_logout_uri: "https://[::ffff:a00:1]/backchannel" };
	await expect(addClient(ground, { metadata, secrets: [] }, start)).rejects.toThrow(
		/^the client portal is refused: backchannel_logout_uri is an address of a private network, .*`outbound\.allow`/,
	);
	expect(await ground.clients.all()).toEqual([]);
	await addClient(ground, { metadata: { ...metadata, backchannel_logout_uri: "https://portal.example/backchannel" }, secrets: [] }, start);
	expect(await ground.clients.all()).toHaveLength(1);
});

test("after a rotation the old secret works as long as it was kept, and no longer", async () => {
	const { secret: first = "" } = await addClient(ground, { metadata: portal, secrets: [] }, start);
	const { secret: second, client } = await rotateSecret(ground, "portal", 60_000, start);
	expect(ground.secrets.matches(first, client.secrets, start + 59_999)).toBe(true);
	expect(ground.secrets.matches(first, client.secrets, start + 60_000)).toBe(false);
	expect(ground.secrets.matches(second, client.secrets, start + 60_000)).toBe(true);
	const { client: third } = await rotateSecret(ground, "portal", 0, start + 1000);
	expect(third.secrets).toHaveLength(1);
	expect(ground.secrets.matches(second, third.secrets, start + 1000)).toBe(false);
	await addClient(ground, { metadata: { ...portal, client_id: "spa", token_endpoint_auth_method: "none" }, secrets: [] }, start);
	await expect(rotateSecret(ground, "spa", 0, start)).rejects.toThrow(/has no secret/);
});

test("a client is switched off and on, each time with its event, and is removed", async () => {
	await addClient(ground, { metadata: { ...portal, enabled: false }, secrets: [] }, start);
	expect(await setClientEnabled(ground, "portal", false, start)).toBe(true);
	expect(await setClientEnabled(ground, "portal", true, start)).toBe(true);
	expect(await setClientEnabled(ground, "portal", true, start)).toBe(false);
	expect((await findClient(ground, "portal")).metadata).not.toHaveProperty("enabled");
	expect(await setClientEnabled(ground, "portal", false, start)).toBe(true);
	expect(await setClientEnabled(ground, "portal", false, start)).toBe(false);
	await removeClient(ground, "portal", start);
	await expect(removeClient(ground, "portal", start)).rejects.toThrow(/there is no client portal/);
	expect(await ground.eventTypes()).toEqual(["client.added", "client.disabled", "client.enabled", "client.disabled", "client.removed"]);
});

test("on a client of the file only the switch works; everything else is refused with one sentence", async () => {
	await declare(declarationOf({ people: [] }), ground, start);
	const sentence = "the client portal is managed by the configuration file: change it there and start again";
	await expect(rotateSecret(ground, "portal", 0, start)).rejects.toThrow(sentence);
	await expect(removeClient(ground, "portal", start)).rejects.toThrow(sentence);
	expect(await setClientEnabled(ground, "portal", false, start)).toBe(true);
	expect(await setClientEnabled(ground, "portal", true, start)).toBe(true);
	await declare(declarationOf({ people: [], clients: [] }), ground, start);
	await expect(setClientEnabled(ground, "portal", true, start)).rejects.toThrow(/left the configuration file/);
});
