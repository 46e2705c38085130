import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { startIssuer } from "../src/index.ts";
import { company, segmentOf, tokensOf } from "./company.ts";

/** An app's address for logout tokens. */
async function receiver() {
	const tokens: string[] = [];
	let status = 200;
	const server = createServer(async (request, response) => {
		tokens.push(new URLSearchParams(Buffer.concat(await request.toArray()).toString()).get("logout_token") ?? "");
		response.writeHead(status).end();
	}).listen(0, "localhost");
	onTestFinished(() => void server.close());
	await once(server, "listening");
	return {
		uri: `http://localhost:${(server.address() as AddressInfo).port}/backchannel`,
		tokens,
		answer(next: number) {
			status = next;
		},
	};
}

const [portal, ...others] = company.clients;

test("an app with a backchannel_logout_uri has been told when a session was ended, a person switched off, or all of them", async () => {
	const { uri, tokens } = await receiver();
	await using issuer = await startIssuer({ ...company, clients: [{ ...portal, backchannel_logout_uri: uri }, ...others] });
	const sid = (idToken = "") => segmentOf(idToken, 1)["sid"];
	const first = await tokensOf(issuer, "alice");
	await issuer.endSession(String(sid(first["id_token"])));
	const second = await tokensOf(issuer, "alice");
	await issuer.endSessions("alice");
	const third = await tokensOf(issuer, "bob");
	await issuer.disable({ person: "bob" });
	expect(tokens.map((token) => segmentOf(token, 1)["sid"])).toEqual([first, second, third].map((held) => sid(held["id_token"])));
	const keys = createRemoteJWKSet(new URL(`${issuer.url}/.well-known/jwks.json`));
	for (const token of tokens) await jwtVerify(token, keys, { issuer: issuer.url, audience: "portal", typ: "logout+jwt" });
});

test("an app that was away is told again when the issuer's clock says so", async () => {
	const { uri, tokens, answer } = await receiver();
	await using issuer = await startIssuer({ ...company, clients: [{ ...portal, backchannel_logout_uri: uri }, ...others] });
	await tokensOf(issuer, "alice");
	answer(503);
	await issuer.endSessions("alice");
	expect(tokens).toHaveLength(1);
	answer(200);
	issuer.clock.pass("2s");
	await expect.poll(() => tokens.length, { timeout: 10_000 }).toBe(2);
	issuer.clock.pass("1d");
	await issuer.endSessions("alice");
	expect(tokens).toHaveLength(2);
});
