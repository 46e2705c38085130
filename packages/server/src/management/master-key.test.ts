import { afterEach, beforeEach, expect, test } from "vitest";
import { groundOver, type ManagementTestGround, managementGround, start } from "../../test/management-ground.ts";
import { openPrivateKey } from "../tokens/index.ts";
import { addClient } from "./clients.ts";
import { ensurePairwiseKey, masterKeyFaults, masterKeyUses, sealAnew } from "./master-key.ts";

let ground: ManagementTestGround;
beforeEach(async () => {
	ground = await managementGround();
	await addClient(ground, { metadata: { client_id: "api", grant_types: [] }, secrets: [{ value: "api-secret" }] }, start);
	await ensurePairwiseKey(ground);
	await ground.keys.put([await ground.makeKey("ES256", { createdAt: start, signsFrom: start })], [], await ground.keys.version());
});
afterEach(() => ground.close());

function pairwise({ tokens }: ManagementTestGround, sealedKey: string | undefined): string {
	if (sealedKey === undefined) throw new Error("there is no key of pairwise subjects");
	tokens.subjects.take(sealedKey);
	return tokens.subjects.of("alice", { sector: "app.test" });
}

test("a list of master keys that lacks one in use is refused", async () => {
	expect(await masterKeyFaults(ground, start)).toEqual([]);
	const other = await groundOver(ground.store, [2]);
	expect(await masterKeyFaults(other, start)).toEqual([
		expect.stringMatching(/^lacks a key that client secrets of the store need until they are sealed anew/),
		expect.stringMatching(/^lacks a key that signing keys of the store need/),
		expect.stringMatching(/^lacks a key that pairwise subjects of the store need until they are sealed anew/),
	]);
	await other.tokens.passwords.close();
});

test("what the store keeps is sealed anew under the newest key; then the former one is needed no more", async () => {
	const both = await groundOver(ground.store, [2, 1]);
	const subject = pairwise(ground, await ground.settings.get("pairwiseKey"));
	expect(await sealAnew(both)).toBe(3);
	expect(await sealAnew(both)).toBe(0);
	const newest = await groundOver(ground.store, [2]);
	expect(newest.masterKeys.recognises((await ground.settings.get("masterKeyCheck")) ?? "")).toBe(true);
	expect((await masterKeyUses(newest, start)).map(({ version }) => version)).toEqual([
		newest.masterKeys.newest,
		newest.masterKeys.newest,
		newest.masterKeys.newest,
	]);
	expect(await masterKeyFaults(newest, start)).toEqual([]);
	expect(pairwise(newest, await ground.settings.get("pairwiseKey"))).toBe(subject);
	expect(newest.secrets.matches("api-secret", (await ground.clients.find("api"))?.secrets ?? [], start)).toBe(true);
	const [key] = await ground.keys.all();
	if (key?.sealedPrivate === undefined) throw new Error("the private half is missing");
	expect(openPrivateKey({ ...key, sealedPrivate: key.sealedPrivate }, newest.secrets).asymmetricKeyType).toBe("ec");
	await Promise.all([both.tokens.passwords.close(), newest.tokens.passwords.close()]);
});
