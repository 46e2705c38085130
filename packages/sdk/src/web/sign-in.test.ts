import { issuerTest } from "@gatehouse/testing/vitest";
import { describe, expect } from "vitest";
import { company, house, origin } from "../../test/web/house.ts";

const test = issuerTest(company);

test("whoever opens a page is signed in on the way and comes back to it", async ({ issuer }) => {
	const { browser, signIn } = house(issuer);
	const alice = browser();
	const { url, response } = await signIn(alice, "/me?tab=2");
	expect(url).toBe(`${origin}/me?tab=2`);
	expect(await response.json()).toMatchObject({ sub: issuer.person("alice").sub, name: "Alice Example", email: "alice@acme.test" });
});
