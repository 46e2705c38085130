import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { type Issuer, startIssuer } from "../src/index.ts";
import { company, orders, requestOf } from "./company.ts";

test("somebody signs in, allows what is asked, and the app is sent a code that is good", async () => {
	await using issuer = await startIssuer(company);
	const request = requestOf(issuer, "analytics", { scope: "openid orders.read", resource: orders });
	const back = await issuer.signIn({ url: request.url, person: "bob" });
	expect(`${back.origin}${back.pathname}`).toBe("https://analytics.test/cb");
	expect(Object.fromEntries(back.searchParams)).toEqual({ code: expect.any(String), state: "the state", iss: issuer.url });
	expect((await request.redeem(back.searchParams.get("code") ?? "")).status).toBe(200);
	expect(issuer.calls).toMatchObject({ authorize: 3, login: 2 });
});

test("somebody refuses", async () => {
	await using issuer = await startIssuer(company);
	const back = await issuer.signIn({ url: requestOf(issuer, "analytics").url, consent: "deny" });
	expect(back.searchParams.get("error")).toBe("access_denied");
});

test("a visitor is signed in once, until they forget; their cookies are the issuer's own", async () => {
	await using issuer = await startIssuer(company);
	const alice = issuer.visitor("alice");
	const { url } = requestOf(issuer, "portal");
	await issuer.signIn({ url, visitor: alice });
	expect(alice.cookie(issuer.url, "__Host-gatehouse")).toEqual(expect.any(String));
	const login = issuer.calls.login;
	await issuer.signIn({ url, visitor: alice });
	expect(issuer.calls.login).toBe(login);
	await issuer.signIn({ url: `${url}&prompt=select_account`, visitor: alice });
	await issuer.signIn({ url: `${url}&prompt=login`, visitor: alice });
	expect(issuer.calls.login).toBe(login + 2);
	alice.forget();
	expect(alice.cookie(issuer.url, "__Host-gatehouse")).toBeUndefined();
	expect((await issuer.signIn({ url: `${url}&prompt=none`, visitor: alice })).searchParams.get("error")).toBe("login_required");
});

test("what the issuer shows instead is thrown, with its words", async () => {
	await using issuer = await startIssuer(company);
	const { url } = requestOf(issuer, "portal");
	const stranger = issuer.visitor("alice", { password: "not hers" });
	await expect(issuer.signIn({ url, visitor: stranger })).rejects.toThrow(/the issuer does not let alice in: .*password/);
	await expect(issuer.signIn({ url: url.replace("portal.acme", "evil") })).rejects.toThrow("the issuer shows an error page at /authorize");
	await expect(issuer.signIn({ url: `${issuer.url}/account` })).rejects.toThrow("signIn() came to stand at /account of the issuer");
});

test("an app with pages of its own is visited: its cookies, its hop past a strict cookie, its forms, and the way to the issuer's sign-out and back", async () => {
	await using issuer = await startIssuer({ ...company, host: "127.0.0.1" });
	const app = await openApp(issuer);
	const alice = issuer.visitor("alice");
	const home = await alice.open(`${app.origin}/sign-in`, { headers: { "x-test": "1" } });
	expect([home.url.pathname, home.status, home.textOf("who")]).toEqual(["/home", 200, "signed in & strict"]);
	// The callback came from another site, where a strict cookie stays away; the hop came from the app itself.
	expect(app.seen).toMatchObject([
		{ path: "/sign-in", site: "none", cookie: undefined, test: "1" },
		{ path: "/callback", site: "cross-site", cookie: "lax=1", test: "1" },
		{ path: "/home", site: "same-origin", cookie: "lax=1; strict=1", test: "1" },
	]);
	const said = await alice.press("say", { words: "a & b" });
	expect(said.textOf("said")).toBe("words=a+%26+b&kind=note");
	const out = await alice.open(`${issuer.url}/end-session`);
	expect(out.textOf("signed-out")).toEqual(expect.any(String));
	expect(await issuer.sessions("alice")).toEqual([]);
	await expect(alice.press("nothing")).rejects.toThrow("there is no such form on");
	app.server.close();
	app.server.closeAllConnections();
	await expect(alice.open(app.origin)).rejects.toThrow(`nobody answers at ${app.origin}/: is it listening?`);
});

test("an answer by form post reaches the app, and a scheme of a device ends the way", async () => {
	await using issuer = await startIssuer(company);
	const app = await openApp(issuer);
	const posted = await issuer.visitor("bob").open(requestOf(issuer, "own", { response_mode: "form_post" }).url);
	expect(posted.textOf("said")).toMatch(/^(?=.*\bcode=)(?=.*\bstate=the\+state).*$/);
	app.server.close();
	app.server.closeAllConnections();
	await issuer.addClient({
		client_id: "mobile",
		application_type: "native",
		token_endpoint_auth_method: "none",
		redirect_uris: ["com.acme.app:/cb"],
		first_party: true,
	});
	const { url } = await issuer.visitor().open(requestOf(issuer, "mobile").url);
	expect(url.href).toMatch(/^com\.acme\.app:\/cb\?code=/);
});

/** A web app that remembers what it was asked, and a client `own` for it. */
async function openApp(issuer: Issuer): Promise<{ readonly origin: string; readonly server: Server; readonly seen: object[] }> {
	const seen: object[] = [];
	const page = (response: ServerResponse, html: string) => response.setHeader("content-type", "text/html").end(html);
	const server = createServer(async (request: IncomingMessage, response) => {
		const { pathname } = new URL(request.url ?? "/", "http://app");
		const { "sec-fetch-site": site, cookie, "x-test": test } = request.headers;
		seen.push({ path: pathname, site, cookie, test });
		if (request.method === "POST") {
			const chunks: Buffer[] = [];
			for await (const chunk of request) chunks.push(chunk);
			return page(response, `<p id="said">${Buffer.concat(chunks).toString().replaceAll("&", "&amp;")}</p>`);
		}
		if (pathname === "/sign-in") {
			response.setHeader("set-cookie", ["lax=1; Path=/; SameSite=Lax", "strict=1; Path=/; SameSite=Strict"]);
			return response.writeHead(303, { location: requestOf(issuer, "own").url }).end();
		}
		if (pathname === "/callback") return page(response, '<meta http-equiv="refresh" content="0; url=/home">');
		return page(
			response,
			'<p id="who">signed in &amp; strict</p><form method="post" action="/say"><input id="words" name="words"><input type="hidden" name="kind" value="note"><button id="say">Say</button></form>',
		);
	});
	await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
	const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
	await issuer.addClient({ client_id: "own", redirect_uris: [`${origin}/callback`], first_party: true });
	return { origin, server, seen };
}
