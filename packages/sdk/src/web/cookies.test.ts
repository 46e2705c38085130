import { issuerTest } from "@gatehouse/testing/vitest";
import { expect, test as plain } from "vitest";
import { company, house, origin } from "../../test/web/house.ts";
import { cookiesOf } from "./cookies.ts";

const test = issuerTest(company);
const session = "__Host-Http-session-crm";

const read = (cookie: string) => Object.fromEntries(cookiesOf({ headers: { cookie } }));

plain("cookies are read as they are sent, with the white space of the standard around them", () => {
	expect(read("a=1; b=2=3;c=;  d=4\t")).toEqual({ a: "1", b: "2=3", c: "", d: "4" });
	expect(Object.fromEntries(cookiesOf({ headers: new Headers({ cookie: "a=1; b=2" }) }))).toEqual({ a: "1", b: "2" });
});

plain("PG-07: of a cookie that is there twice neither is taken, and its neighbours stay", () => {
	expect(read("a=1; b=2; a=3")).toEqual({ b: "2" });
});

test("PG-07: what a sibling host tosses in is not the session's cookie, whichever way its name is dressed up", async ({ issuer }) => {
	const { app, browser, signIn } = house(issuer);
	const [alice, mallory] = [browser(), browser()];
	await signIn(alice);
	await signIn(mallory, "/me", "bob");
	const [hers, his] = [alice.cookie(session)!, mallory.cookie(session)!];
	const whoIs = async (cookie: string) => {
		const answer = await app(new Request(`${origin}/me`, { headers: { cookie } }));
		return answer.status === 200 ? ((await answer.json()) as { readonly sub: string }).sub : answer.status;
	};
	// Bytes of a cookie's name are Latin-1 here. Browsers take none of these for `__Host-…`, so any host of the site may set them.
	for (const dressed of ["\u00a0", "\u0085", "\u00e2\u0080\u0080", "\u00ef\u00bb\u00bf"]) {
		expect(await whoIs(`${dressed}${session}=${his}`)).toBe(401);
		expect(await whoIs(`${dressed}${session}=${his}; ${session}=${hers}`)).toBe(issuer.person("alice").sub);
	}
	expect(await whoIs(`${session}=${his}; ${session}=${hers}`)).toBe(401);
	expect(await whoIs(`other=1; ${session}=${hers}`)).toBe(issuer.person("alice").sub);
});

test("a client does not clear away the sign-ins of one whose name begins as its own does", async ({ issuer }) => {
	const { browser } = house(issuer);
	const alice = browser();
	const neighbour = { value: "x", site: "Lax", line: "" };
	alice.cookies.set("__Host-Http-sign-in-crm-two-abcdefgh", neighbour);
	alice.cookies.set("__Host-Http-sign-in-crm-abcdefgh", neighbour);
	await alice.open("/me");
	expect([...alice.cookies.keys()]).toContain("__Host-Http-sign-in-crm-two-abcdefgh");
	expect([...alice.cookies.keys()]).not.toContain("__Host-Http-sign-in-crm-abcdefgh");
	await alice.open("/auth/sign-out", { method: "POST", body: new URLSearchParams() });
	expect([...alice.cookies.keys()]).toEqual(["__Host-Http-sign-in-crm-two-abcdefgh"]);
});
