import { signingAlgorithms } from "@gatehouse/protocol";
import { calculateJwkThumbprint, importJWK } from "jose";
import { expect, test } from "vitest";
import { createSigningKey, openPrivateKey, renewSigningKey } from "./keys.ts";
import { createMasterKeys } from "./master-key.ts";
import { createRandom } from "./random.ts";
import { createSecrets } from "./secret.ts";

const secretsOf = (...keys: readonly number[]) =>
	createSecrets({ masterKeys: createMasterKeys(keys.map((byte) => Buffer.alloc(32, byte))), random: createRandom() });
const secrets = secretsOf(1);

for (const alg of signingAlgorithms) {
	test(`AD-09 ${alg}: the row shows the public half alone, named by its thumbprint; the private half opens under the master key`, async () => {
		const row = await createSigningKey(alg, secrets, { createdAt: 5, signsFrom: 7 });
		expect(row).toMatchObject({ alg, createdAt: 5, signsFrom: 7 });
		const jwk = JSON.parse(row.publicJwk);
		expect(jwk).toMatchObject({ kid: row.kid, use: "sig", alg });
		expect(await calculateJwkThumbprint(jwk)).toBe(row.kid);
		await expect(importJWK(jwk, alg)).resolves.toMatchObject({ type: "public" });
		if (row.sealedPrivate === undefined) throw new Error("the private half is missing");
		const sealed = { ...row, sealedPrivate: row.sealedPrivate };
		const privateKey = openPrivateKey(sealed, secretsOf(2, 1));
		const { d } = privateKey.export({ format: "jwk" });
		expect(d).toBeTypeOf("string");
		expect(JSON.stringify(row)).not.toContain(d);
		expect(() => openPrivateKey(sealed, secretsOf(2))).toThrow(`signing key ${row.kid} cannot be opened`);
	});
}

test("the sizes are those that were chosen: RSA 2048, P-256, Ed25519", async () => {
	const details = async (alg: (typeof signingAlgorithms)[number]) => {
		const row = await createSigningKey(alg, secrets, { createdAt: 0 });
		const key = openPrivateKey({ ...row, sealedPrivate: row.sealedPrivate as string }, secrets);
		return [key.asymmetricKeyType, key.asymmetricKeyDetails?.modulusLength ?? key.asymmetricKeyDetails?.namedCurve];
	};
	expect(await Promise.all(signingAlgorithms.map(details))).toEqual([
		["rsa", 2048],
		["ec", "prime256v1"],
		["rsa", 2048],
		["ed25519", undefined],
	]);
});

test("a private half that was moved to another row is refused", async () => {
	const [a, b] = await Promise.all([
		createSigningKey("EdDSA", secrets, { createdAt: 0 }),
		createSigningKey("EdDSA", secrets, { createdAt: 0 }),
	]);
	expect(() => openPrivateKey({ ...a, sealedPrivate: b.sealedPrivate as string }, secrets)).toThrow("cannot be opened");
	const rewrapped = secrets.wrap(`signing key ${a.kid}`, secrets.unwrap(`signing key ${b.kid}`, b.sealedPrivate as string));
	expect(() => openPrivateKey({ ...a, sealedPrivate: rewrapped }, secrets)).toThrow("belongs to another key");
	expect(openPrivateKey({ ...a, sealedPrivate: a.sealedPrivate as string }, secrets).type).toBe("private");
});

test("a signing key is sealed anew under the newest master key and stays the same key", async () => {
	const row = await createSigningKey("ES256", secrets, { createdAt: 5 });
	const newest = createMasterKeys([Buffer.alloc(32, 2)]).newest;
	const renewed = renewSigningKey(row, secretsOf(2, 1), newest);
	if (row.sealedPrivate === undefined || renewed.sealedPrivate === undefined) throw new Error("the private half is missing");
	expect(renewed).toEqual({ ...row, sealedPrivate: renewed.sealedPrivate });
	const { d } = openPrivateKey({ ...renewed, sealedPrivate: renewed.sealedPrivate }, secretsOf(2)).export({ format: "jwk" });
	expect(d).toBe(openPrivateKey({ ...row, sealedPrivate: row.sealedPrivate }, secrets).export({ format: "jwk" }).d);
	expect(renewSigningKey(renewed, secretsOf(2, 1), newest)).toBe(renewed);
	expect(() => renewSigningKey(row, secretsOf(2), newest)).toThrow("cannot be opened");
});
