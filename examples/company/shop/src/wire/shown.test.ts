import { expect, test } from "vitest";
import { openToken } from "./open-token.ts";
import { shown, shownParameters } from "./shown.ts";

test("of what could be used only the length is shown, of what ties things together a beginning, of the rest all", () => {
	const value = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4";
	for (const name of ["code", "code_verifier", "refresh_token", "access_token", "id_token", "id_token_hint", "Authorization"]) {
		expect(shown(name, value)).toBe("not shown, 32 characters");
	}
	for (const name of ["state", "nonce", "code_challenge"]) expect(shown(name, value)).toBe("Zm9vYm…, 32 characters");
	expect(shownParameters(new URLSearchParams({ scope: "openid", code: value }))).toEqual([
		["scope", "openid"],
		["code", "not shown, 32 characters"],
	]);
});

test("an opened token has its header and claims, and of its signature the length alone", () => {
	const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString("base64url");
	const token = `${part({ alg: "RS256" })}.${part({ sub: "Zoë – 7" })}.c2lnbmF0dXJl`;
	expect(openToken(token)).toEqual({ header: { alg: "RS256" }, claims: { sub: "Zoë – 7" }, signatureLength: 12 });
	expect(JSON.stringify(openToken(token))).not.toContain("c2lnbmF0dXJl");
});
