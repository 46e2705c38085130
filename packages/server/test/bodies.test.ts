import { afterAll, beforeAll, expect, test } from "vitest";
import { requestOf } from "./flow.ts";
import { basic, clients, type House, issuer, openHouse, password } from "./house.ts";

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

const form = "application/x-www-form-urlencoded";
const posts = [
	"/authorize",
	"/login",
	"/consent",
	"/continue",
	"/select-account",
	"/account/apps",
	"/account/sessions",
	"/account/password",
	"/end-session",
	"/token",
	"/revoke",
	"/introspect",
	"/userinfo",
];
const documented = [303, 400, 401, 403, 404, 405, 413, 414, 415, 431];

const send = (url: string, payload: string, type: string = form) =>
	house.request({ method: "POST", url, headers: { "content-type": type }, payload });

test.each(posts)(
	"PG-10 %s refuses a body of 10 MB, 100 000 fields, multipart and broken escapes, each with a documented status",
	async (url) => {
		expect((await send(url, `a=${"x".repeat(10_000_000)}`)).statusCode).toBe(413);
		expect([400, 401, 413]).toContain((await send(url, Array.from({ length: 100_000 }, (_, i) => `f${i}=1`).join("&"))).statusCode);
		expect([400, 401, 403]).toContain((await send(url, Array.from({ length: 201 }, (_, i) => `f${i}=1`).join("&"))).statusCode);
		expect([400, 401, 415]).toContain(
			(await send(url, '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b--', "multipart/form-data; boundary=b")).statusCode,
		);
		expect([400, 401, 415]).toContain((await send(url, "a=1", `${form}; charset=utf-16`)).statusCode);
		expect([400, 401, 403]).toContain((await send(url, "a=%ff%fe&%zz=1")).statusCode);
	},
);

test("PG-10 nested names and __proto__ change no prototype, and are ignored beside a good request", async () => {
	for (const name of ["__proto__", "constructor[prototype][polluted]", "__proto__[polluted]", "a[b][c]"]) {
		const answer = await house.post("/token", { grant_type: "client_credentials", scope: "crm.read", [name]: "1" }, basic(clients.night));
		expect(answer.statusCode, answer.body).toBe(200);
		const shown = await house.browser().go(requestOf(clients.portal, { [name]: "1" }).url);
		expect(shown.page).toBe("login");
	}
	expect({}).not.toHaveProperty("polluted");
});

test("PG-10 a refused body leaves an honest one as good as ever", async () => {
	await send("/token", "x".repeat(70_000));
	const answer = await house.post("/token", { grant_type: "client_credentials", scope: "crm.read" }, basic(clients.night));
	expect(answer.statusCode).toBe(200);
});

test.each([
	"/login;x",
	"/%2flogin",
	"//login",
	"/./login/.",
	"/login/",
	"/LOGIN",
	"/admin",
	"/admin;x",
	"/api/v1",
	"/metrics",
	"/debug",
	"/.env",
	"/health",
	"/health/ready/x",
	"/authorize%00",
	"/%",
	"/%c0%ae%c0%ae/",
	"/.well-known/openid-configuration/x",
])("PG-14 AD-11 %s is 404, for browsers a page and for programs JSON", async (url) => {
	const page = await house.request({ url, headers: { accept: "text/html" } });
	expect(page.statusCode).toBe(404);
	expect(page.body).toContain('id="trace-id"');
	const json = await house.request({ url });
	expect(json.statusCode).toBe(404);
	expect(json.json()).toMatchObject({ error: "not_found", trace_id: json.headers["x-trace-id"] });
});

test("PG-14 no header overrides the method, and other methods are 405 with Allow", async () => {
	for (const name of ["x-http-method-override", "x-method-override", "x-http-method"]) {
		const answer = await house.request({ method: "GET", url: "/token", headers: { [name]: "POST" } });
		expect(answer.statusCode).toBe(405);
		expect(answer.headers.allow).toBe("POST");
	}
	for (const method of ["PUT", "PATCH", "DELETE"] as const) {
		const answer = await house.request({ method, url: "/authorize" });
		expect(answer.statusCode).toBe(405);
		expect(answer.headers.allow).toBe("GET, POST");
	}
});

test("RS-01 CA-06 Host, Forwarded and X-Forwarded headers change nothing that is said about the issuer", async () => {
	const honest = (await house.request({ url: "/.well-known/openid-configuration" })).body;
	const headers = {
		host: "evil.test",
		"x-forwarded-host": "evil.test",
		"x-forwarded-proto": "http",
		forwarded: "host=evil.test;proto=http",
		"x-client-cert": "MIIB",
		"x-ssl-client-cert": "MIIB",
	};
	expect((await house.request({ url: "/.well-known/openid-configuration", headers })).body).toBe(honest);
	const shown = await house.request({ url: requestOf(clients.portal).url.slice(issuer.length), headers });
	expect(shown.headers.location).toMatch(/^\/login\?/);
	const forged = await house.post("/token", { grant_type: "client_credentials", client_id: "night", scope: "crm.read" }, headers);
	expect(forged.statusCode).toBe(401);
	expect(forged.json().error).toBe("invalid_client");
});

test("I10 whatever bytes come, the answer is a documented status, and never a 500", async () => {
	const seeds = [
		"\u0000",
		"\r\nset-cookie: a=b",
		"\u2028",
		"💥",
		"\ud800",
		"%",
		"&&&===",
		"' or 1=1 --",
		"<script>",
		"../".repeat(50),
		"A".repeat(5000),
	];
	for (const seed of seeds) {
		for (const name of [
			"client_id",
			"redirect_uri",
			"state",
			"scope",
			"continue",
			"id_token_hint",
			"code",
			"refresh_token",
			"token",
			"username",
			"grant_type",
		]) {
			const text = new URLSearchParams({ [name]: seed, client_id: name === "client_id" ? seed : "portal" }).toString();
			for (const url of ["/authorize", "/login", "/end-session"]) {
				const answer = await house.request({ url: `${url}?${text}` });
				expect([...documented, 200], `${url} ${name} ${JSON.stringify(seed)}`).toContain(answer.statusCode);
				if (answer.statusCode === 400) expect(answer.headers.location).toBeUndefined();
			}
			for (const url of posts)
				expect([...documented, 200], `${url} ${name} ${JSON.stringify(seed)}`).toContain((await send(url, text)).statusCode);
		}
	}
	expect(house.log.filter(({ level }) => level === "error")).toEqual([]);
});

test("PG-05 the app's state comes back exactly, however odd, and splits no header", async () => {
	for (const state of ["a\r\nset-cookie: x=y", "\u2028\u2029", "ü€💥", "a b+c%20d", '"quoted"', "x".repeat(2048)]) {
		const browser = house.browser();
		const request = requestOf(clients.portal, { state });
		const shown = await browser.signIn(await browser.go(request.url), "alice", password);
		expect(shown.url.searchParams.get("state")).toBe(state);
		expect(shown.headers["location"]).not.toMatch(/[^\x21-\x7e]/);
	}
});
