import { createServer } from "node:http";
import { expect, test } from "vitest";
import { type IssuerOptions, startIssuer, TestingError } from "../src/index.ts";
import { company, requestOf } from "./company.ts";

test("an issuer that is told nothing knows Alice, and answers under its own name", async () => {
	await using issuer = await startIssuer();
	const answer = await fetch(`${issuer.url}/.well-known/openid-configuration`);
	expect(await answer.json()).toMatchObject({ issuer: issuer.url, token_endpoint: `${issuer.url}/token` });
	expect(issuer.person()).toMatchObject({ username: "alice", password: expect.stringMatching(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/) });
});

test("localhost is answered under both loopback addresses, 127.0.0.1 is another site", async () => {
	await using issuer = await startIssuer({ host: "127.0.0.1" });
	expect(issuer.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
	const port = new URL(issuer.url).port;
	for (const host of ["127.0.0.1", "[::1]", "localhost"])
		expect(await (await fetch(`http://${host}:${port}/.well-known/openid-configuration`)).json()).toMatchObject({ issuer: issuer.url });
});

test("two issuers in one process are strangers: other keys, other secrets, other people", async () => {
	await using one = await startIssuer(company);
	await using two = await startIssuer(company);
	expect(one.url).not.toBe(two.url);
	expect(one.client("portal").client_secret).not.toBe(two.client("portal").client_secret);
	expect(one.person("alice").sub).not.toBe(two.person("alice").sub);
	await expect(two.signIn({ url: requestOf(one, "portal").url })).rejects.toThrow(`an authorization URL of this issuer, ${two.url}`);
});

test("a port that is named is kept, one that is taken is named in the refusal, one that was given back is free", async () => {
	const taken = createServer();
	await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
	const { port } = taken.address() as { port: number };
	await expect(startIssuer({ port })).rejects.toThrow(`the port ${port} cannot be listened on (EADDRINUSE)`);
	await new Promise((resolve) => taken.close(resolve));
	for (const _ of ["first", "again"]) {
		await using issuer = await startIssuer({ port });
		expect(issuer.url).toBe(`http://localhost:${port}`);
	}
});

test.for<[string, unknown, string]>([
	[
		"an unknown option",
		{ client: [] },
		"startIssuer() has no option `client`: it takes people, clients, resources, port, host, signing, sessions, refreshTokens, branding; did you mean `clients`?",
	],
	["a word of the file", { users: [] }, "did you mean `people`?"],
	["a port", { port: "4000" }, 'startIssuer() option `port` is a number from 0 to 65535, not "4000"'],
	["a host", { host: "acme.test" }, 'startIssuer() option `host` is "localhost" or "127.0.0.1", not "acme.test"'],
	[
		"a person's field",
		{ people: [{ user: "alice" }] },
		"startIssuer() option `people[0].user` is not known here; did you mean `username`?",
	],
	[
		"a client's field",
		{ clients: [{ client_id: "a", redirect_uri: ["https://a.test/cb"] }] },
		"startIssuer() option `clients[0].redirect_uri` is not known here; did you mean `redirect_uris`?",
	],
	["a client's contradiction", { clients: [{ client_id: "a" }] }, "startIssuer() option `clients[0].redirect_uris` is missing"],
	["a resource", { resources: [{ identifier: "orders", scopes: {} }] }, "startIssuer() option `resources[0].identifier`"],
	["no object", "http://localhost:4000", "startIssuer() takes an object of options"],
])("wrong options are refused at once, with the nearest word: %s", async ([, options, sentence]) => {
	const refused = startIssuer(options as IssuerOptions);
	await expect(refused).rejects.toBeInstanceOf(TestingError);
	await expect(refused).rejects.toThrow(sentence);
});

test("all faults are told at once", async () => {
	const refused = startIssuer({ prot: 1, hots: "x" } as unknown as IssuerOptions);
	await expect(refused).rejects.toThrow(/no option `prot`.*did you mean `port`\?\n.*no option `hots`.*did you mean `host`\?/s);
});

test("names that nobody has are refused with the nearest that somebody has", async () => {
	await using issuer = await startIssuer(company);
	expect(() => issuer.person("alcie")).toThrow('the issuer has no person "alcie": there is alice, bob; did you mean `alice`?');
	expect(() => issuer.client("protal")).toThrow("did you mean `portal`?");
	await expect(issuer.token({ resource: "https://nobody.test" })).rejects.toThrow('no resource "https://nobody.test": there is https://');
	await expect(issuer.endSession("nothing")).rejects.toThrow("there is no live session nothing");
	await expect(issuer.token({ persn: "bob" } as never)).rejects.toThrow(
		"token() has no option `persn`: it takes person, resource, scope, clientId, claims; did you mean `person`?",
	);
	await expect(issuer.signIn({ url: issuer.url, username: "bob" } as never)).rejects.toThrow("did you mean `person`?");
	await expect(issuer.logoutToken({ clientId: "portal", sub: "x" } as never)).rejects.toThrow("did you mean `person`?");
	expect(() => issuer.unavailable("token", { retry_after: 1 } as never)).toThrow("did you mean `retryAfter`?");
	expect(() => issuer.clock.pass("soon")).toThrow(
		'clock.pass() takes a duration such as "11m", "90s" or "-1h", or milliseconds, not "soon"',
	);
	expect(() => issuer.lose("tokens" as "token")).toThrow("did you mean `token`?");
	expect(() => issuer.lose("token", { times: 0 })).toThrow("`times` is a number of requests from 1 on, or Infinity, not 0");
});

test("people and clients are added when a test knows them, and faulty ones are refused", async () => {
	await using issuer = await startIssuer();
	const carol = await issuer.addPerson({ username: "carol", email: "carol@acme.test" });
	const shop = await issuer.addClient({ client_id: "shop", redirect_uris: ["http://localhost:5173/callback"], first_party: true });
	expect(shop.client_secret).toHaveLength(43);
	const request = requestOf(issuer, "shop", { scope: "openid email" });
	const back = await issuer.signIn({ url: request.url, person: carol.username });
	expect(`${back.origin}${back.pathname}`).toBe("http://localhost:5173/callback");
	expect((await request.redeem(back.searchParams.get("code") ?? "")).status).toBe(200);
	await expect(issuer.addPerson({ username: "carol" })).rejects.toThrow("addPerson(): carol is someone's user name or address already");
	await expect(issuer.addClient({ client_id: "b", redirect_uri: [] } as never)).rejects.toThrow("did you mean `redirect_uris`?");
	await expect(issuer.addClient({ client_id: "b", redirect_uris: ["http://b.test"] })).rejects.toThrow(
		"addClient(): the client b is refused: redirect_uris[0]",
	);
});

test("the log says the cause of a refusal, under the trace id of the answer", async () => {
	await using issuer = await startIssuer(company);
	const answer = await requestOf(issuer, "portal").redeem("nonsense");
	expect(answer.status).toBe(400);
	expect(issuer.log.map(({ fields }) => fields["trace_id"])).toContain(answer.headers.get("x-trace-id"));
});
