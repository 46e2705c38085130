import { expect, test } from "vitest";
import { startIssuer } from "../src/index.ts";

test("an issuer that is told nothing knows Alice, and answers discovery under its own name", async () => {
	await using issuer = await startIssuer();
	const answer = await fetch(`${issuer.url}/.well-known/openid-configuration`);
	expect(await answer.json()).toMatchObject({ issuer: issuer.url, token_endpoint: `${issuer.url}/token` });
	const token = await issuer.token();
	expect(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
		iss: issuer.url,
		sub: issuer.person().sub,
	});
	expect(issuer.calls).toMatchObject({ discovery: 1, token: 0, authorize: 0 });
});
