import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { authorize, codeOf, payloadOf, redeem, requestOf, signedIn } from "./flow.ts";
import { encode } from "./form.ts";
import { clients, issuer, openHouse } from "./house.ts";

/** Everything that has ever told a server where it is. */
const poison = {
	host: "evil.test",
	forwarded: "for=1.2.3.4;host=evil.test;proto=http",
	"x-forwarded-host": "evil.test",
	"x-forwarded-proto": "http",
	"x-forwarded-port": "81",
	"x-forwarded-server": "evil.test",
	"x-forwarded-prefix": "/evil",
	"x-original-host": "evil.test",
	"x-host": "evil.test",
	"x-original-url": "/evil",
	"x-rewrite-url": "/evil",
};
const documents = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/jwks.json"];

test.each([
	["on its own", {}],
	["behind a proxy that is trusted", { file: { trustedProxies: ["127.0.0.1/32"] } }],
])("RS-01 %s: what is made and cached for a poisoned request is what everyone gets", async (_where, alterations) => {
	await using house = await openHouse(alterations);
	// The poisoned one comes first: whatever is kept of its answer is given to the next.
	for (const url of documents) {
		const poisoned = await house.request({ url, headers: poison });
		const honest = await house.request({ url });
		expect(poisoned.statusCode).toBe(200);
		expect(poisoned.body).toBe(honest.body);
		expect(poisoned.body).not.toMatch(/evil|http:\/\//);
		// Nothing of a request is part of the answer, so a cache in front may keep one for all.
		expect(poisoned.headers).toMatchObject({ "cache-control": "public, max-age=300" });
		expect(JSON.stringify(poisoned.headers)).not.toContain("evil");
	}
	const metadata = (await house.request({ url: documents[0] ?? "", headers: poison })).json();
	expect(metadata.issuer).toBe(issuer);
	for (const [name, value] of Object.entries(metadata))
		if (/_endpoint$|_uri$/.test(name)) expect(String(value)).toMatch(/^https:\/\/auth\.company\.test\//);
});

test("RS-01 a whole sign-in under a poisoned host leads to the app alone, its tokens name the configured issuer", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const request = requestOf(clients.portal, { scope: "openid profile" });
	const first = await browser.send("GET", request.url, undefined, poison);
	expect(first.headers.location).toMatch(/^\/login\?/);
	const page = await browser.send("GET", String(first.headers.location), undefined, poison);
	expect({ status: page.statusCode, told: page.body.includes("evil") }).toEqual({ status: 200, told: false });

	const code = codeOf(await authorize(browser, request));
	const answer = await browser.send("GET", requestOf(clients.portal).url, undefined, poison);
	const back = new URL(String(answer.headers.location));
	expect([back.origin, back.searchParams.get("iss")]).toEqual(["https://portal.company.test", issuer]);
	const tokens = (await redeem(house, request, code)).json();
	expect([payloadOf(tokens.id_token)["iss"], payloadOf(tokens.access_token)["iss"]]).toEqual([issuer, issuer]);
	const userinfo = await house.request({ url: "/userinfo", headers: { ...poison, authorization: `Bearer ${tokens.access_token}` } });
	expect(userinfo.statusCode).toBe(200);
	const refused = await house.request({ url: "/userinfo", headers: poison });
	expect(refused.headers["www-authenticate"]).toBe(`Bearer realm="${issuer}"`);
	const lost = await house.request({ url: "/nowhere", headers: { ...poison, accept: "text/html" } });
	expect({ status: lost.statusCode, told: lost.body.includes("evil") }).toEqual({ status: 404, told: false });

	const leaving = await signedIn(house, clients.portal, {}, browser);
	const query = encode({ id_token_hint: leaving.id_token, post_logout_redirect_uri: "https://portal.company.test/" });
	const left = await browser.send("GET", `/end-session?${query}`, undefined, poison);
	expect(left.headers.location).toBe("https://portal.company.test/");
});

test("RS-01 on the wire: a request line or Host headers that name somebody else change nothing, or are 400", async () => {
	await using house = await openHouse({ file: { issuer: "http://localhost:4000", listen: { port: 0 } } });
	const { port } = (await house.gatehouse.listen()) as AddressInfo;
	const ask = async (...lines: readonly string[]) => {
		const socket = connect(port, "127.0.0.1");
		socket.setEncoding("latin1");
		let text = "";
		socket.on("data", (part) => {
			text += part;
		});
		socket.write(`${[...lines, "connection: close"].join("\r\n")}\r\n\r\n`);
		await once(socket, "close");
		return { status: Number(text.split(" ", 2)[1]), body: text.slice(text.indexOf("\r\n\r\n") + 4) };
	};
	const path = "/.well-known/openid-configuration";
	const honest = await ask(`GET ${path} HTTP/1.1`, "host: localhost:4000");
	expect(JSON.parse(honest.body).issuer).toBe("http://localhost:4000");
	expect(await ask(`GET ${path} HTTP/1.1`, "host: evil.test")).toEqual(honest);
	expect(await ask(`GET ${path} HTTP/1.1`, "host: localhost:4000", "host: evil.test")).toEqual(honest);
	expect(await ask(`GET ${path} HTTP/1.1`, "host: evil.test", "x-forwarded-host: evil.test")).toEqual(honest);
	expect((await ask(`GET ${path} HTTP/1.1`)).status).toBe(400);
	// RFC 9112 §3.2.2: a server takes the absolute form too; what it names is not asked.
	expect(await ask(`GET http://evil.test${path} HTTP/1.1`, "host: localhost:4000")).toEqual(honest);
	expect(await ask(`GET ${path} HTTP/1.1`, "host: localhost:4000")).toEqual(honest);
});
