import { expect, test } from "vitest";
import { bearer, issuer, newIssuer, resource } from "../../test/issuer.ts";
import { AuthError } from "./index.ts";

const metadata = 'resource_metadata="https://orders.acme.test/.well-known/oauth-protected-resource"';

test("a request without a token is told what is wanted and no error (RFC 6750 §3.1, RFC 9728 §5.1)", async () => {
	const auth = await newIssuer();
	const route = auth
		.api()
		.guard({ scope: "orders.read" })
		.fetch(() => new Response("passed"));
	for (const headers of [
		{},
		{ authorization: "Basic YWxpY2U6eA==" },
		{ authorization: 'Digest username="x", realm="y"' },
		{ authorization: "" },
	]) {
		const response = await route(new Request(resource, { headers: headers as Record<string, string> }));
		expect(response.status).toBe(401);
		expect(response.headers.get("www-authenticate")).toBe(`Bearer scope="orders.read", ${metadata}`);
		expect(response.headers.get("cache-control")).toBe("no-store");
		expect(await response.text()).toBe("");
	}
	const passed = await route(new Request(resource, bearer(await auth.token())));
	expect([passed.status, await passed.text()]).toEqual([200, "passed"]);
});

test("a bad token is answered 401 with error, description, scope and metadata, and with the same as JSON (RFC 6750 §3)", async () => {
	const auth = await newIssuer();
	const route = auth
		.api()
		.guard({ scope: ["orders.read", "orders.write"] })
		.fetch(() => new Response("passed"));
	const response = await route(new Request(resource, bearer(await auth.token({ exp: auth.clock.seconds - 60 }))));
	expect(response.status).toBe(401);
	expect(response.headers.get("www-authenticate")).toBe(
		`Bearer error="invalid_token", error_description="The token expired.", scope="orders.read orders.write", ${metadata}`,
	);
	expect(response.headers.get("content-type")).toBe("application/json");
	expect(await response.json()).toEqual({ error: "invalid_token", error_description: "The token expired." });
});

test("the error of verify carries the same answer, for error handlers and for fetch, and nothing of the token", async () => {
	const auth = await newIssuer();
	const token = await auth.token({ sub: "canary-subject" }, { kid: "canary-kid" });
	const error = await auth
		.api()
		.verify(bearer(token))
		.then(
			() => undefined,
			(fault: unknown) => fault,
		);
	expect(error).toBeInstanceOf(AuthError);
	const { code, status, statusCode, action, retryable, docs, headers } = error as AuthError;
	expect({ code, status, statusCode, action, retryable, docs }).toEqual({
		code: "invalid_token",
		status: 401,
		statusCode: 401,
		action: "sign-in",
		retryable: false,
		docs: "docs/protecting-an-api.md#invalid_token",
	});
	const response = (error as AuthError).toResponse();
	expect(response.headers.get("www-authenticate")).toBe(headers["www-authenticate"]);
	const said = `${(error as AuthError).stack}${JSON.stringify(error)}${JSON.stringify([...response.headers])}${await response.text()}`;
	expect(said).toContain("signed by no key of the issuer");
	for (const part of ["canary", ...token.split(".")]) expect(said).not.toContain(part);
});

test("while there are no keys, the error says when to come again and what is the matter", async () => {
	const auth = await newIssuer();
	auth.answer = () => new Response("", { status: 502 });
	const error = await auth
		.api()
		.verify(bearer(await auth.token()))
		.catch((fault: unknown) => fault);
	expect(error).toMatchObject({
		code: "temporarily_unavailable",
		status: 503,
		retryable: true,
		action: "retry",
		headers: { "retry-after": "1", "cache-control": "no-store" },
		cause: { code: "issuer_unreachable", message: `${issuer}/.well-known/oauth-authorization-server answered 502 instead of 200.` },
	});
	expect(await (error as AuthError).toResponse().json()).toEqual({
		error: "temporarily_unavailable",
		error_description: "The keys of the issuer cannot be fetched.",
	});
});
