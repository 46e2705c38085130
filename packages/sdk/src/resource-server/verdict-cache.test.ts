import { expect, test } from "vitest";
import { bearer, newIssuer } from "../../test/issuer.ts";
import type { Key } from "../keys/key-set.ts";
import type { Auth } from "./auth.ts";
import { VerdictCache } from "./verdict-cache.ts";

const verified = (subject: string) => ({ auth: { subject } as Auth, key: {} as Key });

test("the cache holds no more than its size, drops the longest unused and keeps what is in use", () => {
	const cache = new VerdictCache(100);
	cache.set("in use", verified("alice"));
	for (let index = 0; index < 10_000; index++) {
		cache.set(`t${index}`, verified(`s${index}`));
		expect(cache.get("in use")?.auth.subject).toBe("alice");
	}
	const held = Array.from({ length: 10_000 }, (_, index) => cache.get(`t${index}`)).filter((found) => found !== undefined);
	expect(held.length).toBeLessThanOrEqual(100);
	expect(cache.get("t9999")?.auth.subject).toBe("s9999");
	expect(cache.get("t0")).toBe(undefined);
});

test("the same token is answered with the same object, and no token with another's claims", async () => {
	const auth = await newIssuer("EdDSA");
	const api = auth.api();
	const tokens = await Promise.all(Array.from({ length: 3000 }, (_, index) => auth.token({ sub: `person-${index}` })));
	for (let round = 0; round < 2; round++)
		for (const [index, token] of tokens.entries()) expect((await api.verify(bearer(token))).subject).toBe(`person-${index}`);
	const last = bearer(tokens.at(-1)!);
	expect(await api.verify(last)).toBe(await api.verify(last));
	// The same signature under other claims, and the same claims under another signature.
	const [first, second] = [tokens[0]!.split("."), tokens[1]!.split(".")] as [string[], string[]];
	for (const mixed of [
		[first[0], first[1], second[2]],
		[first[0], second[1], first[2]],
	])
		await expect(api.verify(bearer(mixed.join(".")))).rejects.toMatchObject({ code: "invalid_token" });
});

test("what is refused is not remembered: a token that came too early passes when its time has come", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const early = await auth.token({ nbf: auth.clock.seconds + 60 });
	await expect(api.verify(bearer(early))).rejects.toMatchObject({ code: "invalid_token" });
	auth.clock.pass(60);
	expect((await api.verify(bearer(early))).subject).toBe("alice");
});
