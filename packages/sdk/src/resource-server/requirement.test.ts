import { expect, test } from "vitest";
import { bearer, type Issuer, newIssuer, resource } from "../../test/issuer.ts";
import type { GuardOptions, HttpRequest } from "./index.ts";

async function answerOf(auth: Issuer, options: GuardOptions, claims: Record<string, unknown>): Promise<Response> {
	const route = auth
		.api()
		.guard(options)
		.fetch((_request, { scope }) => new Response(scope));
	return await route(new Request(resource, bearer(await auth.token(claims))));
}

test("RS-15 a scope is a whole word of a text: readwrite, xread, an array or nothing are no read: 403 insufficient_scope (RFC 6750 §3.1)", async () => {
	const auth = await newIssuer();
	for (const scope of [
		"readwrite",
		"xread",
		"rea",
		"READ",
		"read,write",
		"read\twrite",
		"read\u00a0write",
		"",
		"write",
		["read"],
		{ read: true },
		null,
		true,
		undefined,
	]) {
		const { status, headers } = await answerOf(auth, { scope: "read" }, { scope });
		expect(status, JSON.stringify(scope)).toBe(403);
		expect(headers.get("www-authenticate")).toBe(
			'Bearer error="insufficient_scope", error_description="The token lacks a scope that is needed here.", scope="read", ' +
				'resource_metadata="https://orders.acme.test/.well-known/oauth-protected-resource"',
		);
	}
	for (const scope of ["read", "write read", "read write", "openid read email", "  read  "])
		expect((await answerOf(auth, { scope: "read" }, { scope })).status).toBe(200);
});

test("RS-15 of several scopes all are needed, however they are written", async () => {
	const auth = await newIssuer();
	for (const scope of ["read write", ["read", "write"], ["read write"]]) {
		expect((await answerOf(auth, { scope }, { scope: "read" })).status).toBe(403);
		expect((await answerOf(auth, { scope }, { scope: "write" })).status).toBe(403);
		expect((await answerOf(auth, { scope }, { scope: "write openid read" })).status).toBe(200);
	}
	expect((await answerOf(auth, {}, { scope: undefined })).status).toBe(200);
});

test("a sign-in that is not strong enough is answered 401 with the acr values that are (RFC 9470 §3)", async () => {
	const auth = await newIssuer();
	const guard = { scope: "read", acr: ["mfa", "phr"] };
	for (const acr of [undefined, "pwd", "mf", ["mfa"]]) {
		const { status, headers } = await answerOf(auth, guard, { scope: "read", acr });
		expect(status).toBe(401);
		expect(headers.get("www-authenticate")).toContain('Bearer error="insufficient_user_authentication", ');
		expect(headers.get("www-authenticate")).toContain(', scope="read", acr_values="mfa phr", resource_metadata=');
	}
	expect((await answerOf(auth, guard, { scope: "read", acr: "phr" })).status).toBe(200);
	expect((await answerOf(auth, guard, { scope: "write", acr: "phr" })).status).toBe(403);
});

test("a sign-in that is too long ago is answered 401 with max_age, also when its verdict is remembered (RFC 9470 §3)", async () => {
	const auth = await newIssuer();
	const now = auth.clock.seconds;
	const { headers } = await answerOf(auth, { maxAge: 300 }, { auth_time: now - 311 });
	expect(headers.get("www-authenticate")).toContain(', max_age="300", ');
	for (const auth_time of [undefined, String(now), null]) expect((await answerOf(auth, { maxAge: 300 }, { auth_time })).status).toBe(401);
	expect((await answerOf(auth, { maxAge: 300 }, { auth_time: now - 310 })).status).toBe(200);

	const guard = auth.api().guard({ maxAge: 0 });
	const request: HttpRequest = bearer(await auth.token({ auth_time: now }));
	expect((await guard.verify(request)).subject).toBe("alice");
	auth.clock.pass(11);
	await expect(guard.verify(request)).rejects.toMatchObject({
		code: "insufficient_user_authentication",
		action: "step-up",
		retryable: false,
	});
});
