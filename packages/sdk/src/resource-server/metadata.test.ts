import { expect, test } from "vitest";
import { issuer, resource } from "../../test/issuer.ts";
import { createApi } from "./index.ts";

test.each([
	["https://orders.acme.test", "https://orders.acme.test/.well-known/oauth-protected-resource"],
	["https://orders.acme.test/", "https://orders.acme.test/.well-known/oauth-protected-resource"],
	["https://acme.test:8443/orders/v1", "https://acme.test:8443/.well-known/oauth-protected-resource/orders/v1"],
	["https://acme.test/orders/", "https://acme.test/.well-known/oauth-protected-resource/orders/"],
	["http://orders.localhost:4002", "http://orders.localhost:4002/.well-known/oauth-protected-resource"],
])("the metadata of %s lie at %s (RFC 9728 §3.1)", async (name, url) => {
	const api = createApi({ issuer, resource: name });
	expect(api.metadataUrl).toBe(url);
	const response = api.fetch(new Request(`${url}?x=1`))!;
	expect(response.status).toBe(200);
	expect(response.headers.get("content-type")).toBe("application/json");
	expect(response.headers.get("access-control-allow-origin")).toBe("*");
	expect(await response.json()).toEqual({ resource: name, authorization_servers: [issuer], bearer_methods_supported: ["header"] });
	const head = api.fetch(new Request(url, { method: "HEAD" }))!;
	expect([head.status, await head.text()]).toEqual([200, ""]);
	for (const other of [
		new Request(url, { method: "POST" }),
		new Request(`${url}/x`),
		new Request(new URL("/", url)),
		new Request(new URL("/.well-known/openid-configuration", url)),
	])
		expect(api.fetch(other)).toBe(undefined);
});

test("the scopes of the metadata are those of the guards", () => {
	const api = createApi({ issuer, resource });
	expect(api.metadata()).not.toHaveProperty("scopes_supported");
	api.guard({ scope: "orders.read" });
	api.guard({ scope: "orders.write orders.read" });
	api.guard({ acr: "mfa" });
	expect(api.metadata().scopes_supported).toEqual(["orders.read", "orders.write"]);
});

test("RS-01 a poisoned Host, X-Forwarded-Host or Forwarded changes neither metadata nor challenge", async () => {
	const api = createApi({ issuer, resource });
	const headers = { "x-forwarded-host": "evil.test", "x-forwarded-proto": "http", forwarded: "host=evil.test", host: "evil.test" };
	const document = await api.fetch(new Request("https://evil.test/.well-known/oauth-protected-resource", { headers }))!.text();
	const refused = await api.guard().fetch(() => new Response())(new Request("https://evil.test/orders", { headers }));
	const said = `${document}${refused.headers.get("www-authenticate")}`;
	expect(said).not.toContain("evil");
	expect(said).toContain('resource_metadata="https://orders.acme.test/.well-known/oauth-protected-resource"');
	expect(JSON.parse(document)).toMatchObject({ resource, authorization_servers: [issuer] });
});
