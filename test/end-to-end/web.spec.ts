import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { createWebAuth, type RequestAuth } from "../../packages/sdk/src/web/index.ts";
import { type Issuer, startIssuer } from "../../packages/testing/src/index.ts";

test.describe.configure({ timeout: 60_000 });

/** What the app was asked, in the order in which it was. */
interface Asked {
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
}

let issuer: Issuer;
let server: Server;
let app: string;
const asked: Asked[] = [];
const session = "__Host-Http-session-portal";

/** An app on `localhost`, its issuer on `127.0.0.1`: two sites. Its pages say what careful apps say of themselves, as helmet does. */
test.beforeAll(async () => {
	server = createServer().listen(0, "localhost");
	await once(server, "listening");
	app = `http://localhost:${(server.address() as AddressInfo).port}`;
	issuer = await startIssuer({
		host: "127.0.0.1",
		clients: [
			{
				client_id: "portal",
				redirect_uris: [`${app}/auth/callback`],
				post_logout_redirect_uris: [`${app}/`],
				grant_types: ["authorization_code", "refresh_token"],
				scope: "openid profile email offline_access",
				first_party: true,
			},
		],
	});
	const { client_secret: clientAuth = "" } = issuer.client("portal");
	const auth = createWebAuth({ issuer: issuer.url, clientId: "portal", clientAuth, origin: app, onError: () => undefined });
	const [routes, guard] = [auth.express(), auth.required()];
	server.on("request", (req, res) => {
		asked.push({ url: req.url!, headers: req.headers });
		res.setHeader("content-security-policy", "default-src 'self'; form-action 'self'");
		res.setHeader("referrer-policy", "no-referrer");
		res.setHeader("content-type", "text/html");
		routes(req, res, () => {
			if (req.url !== "/me") return void res.end('<h1>Portal</h1><a href="/me">Sign in</a>');
			guard(req, res, () => {
				const { auth: found } = req as typeof req & { readonly auth: RequestAuth };
				res.end(`<h1>${found.session.user.name}</h1><form method="post" action="${auth.signOutPath}"><button>Sign out</button></form>`);
			});
		});
	});
});
test.afterAll(async () => {
	server.closeAllConnections();
	server.close();
	await issuer.stop();
});
test.beforeEach(() => void asked.splice(0));
test.afterEach(() => issuer.reset());

const heading = (page: Page) => page.locator("h1");
const namesIn = ({ headers }: Asked) => (headers.cookie ?? "").split("; ").map((pair) => pair.split("=")[0]);
const requestsFor = (path: string) => asked.filter(({ url }) => url.startsWith(path));

async function typePassword(page: Page): Promise<void> {
	const { username, password } = issuer.person();
	await page.locator("#username").fill(username);
	await page.locator("#password").fill(password);
	await page.locator("#login-submit").click();
}

async function signIn(context: BrowserContext): Promise<Page> {
	const page = await context.newPage();
	await page.goto(app);
	await page.getByRole("link", { name: "Sign in" }).click();
	await typePassword(page);
	await expect(heading(page)).toHaveText("Alice Example");
	return page;
}

test("the answer from another site comes with the Lax cookie alone; the page after the hop has the Strict one, and scripts see neither", async ({
	context,
}) => {
	const page = await signIn(context);
	const [callback] = requestsFor("/auth/callback");
	expect(callback?.headers["sec-fetch-site"]).toBe("cross-site");
	expect(namesIn(callback!)).toEqual([expect.stringMatching(/^__Host-Http-sign-in-portal-/)]);
	const arrived = asked.at(-1)!;
	expect([arrived.url, arrived.headers["sec-fetch-site"]]).toEqual(["/me", "same-origin"]);
	expect(namesIn(arrived)).toContain(session);
	expect(page.url()).toBe(`${app}/me`);
	expect(await page.evaluate(() => document.cookie)).toBe("");
	const cookies = await context.cookies(app);
	expect(cookies.find(({ name }) => name === session)).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict", path: "/" });

	// A second sign-in: the session is there, and does not come along with the issuer's answer either. It is ended all the same.
	asked.splice(0);
	const former = cookies.find(({ name }) => name === session)!.value;
	await page.goto(`${app}/auth/sign-in?prompt=login&returnTo=/me`);
	await typePassword(page);
	await expect.poll(() => asked.at(-1)?.url).toBe("/me");
	await expect(heading(page)).toHaveText("Alice Example");
	expect(namesIn(requestsFor("/auth/callback")[0]!)).not.toContain(session);
	const thief = await fetch(`${app}/me`, { headers: { cookie: `${session}=${former}` } });
	expect(await thief.json()).toMatchObject({ error: "session_expired" });
});

test("Back, reload and another tab on the callback come to the page, without an error and without another sign-in", async ({ context }) => {
	const page = await signIn(context);
	const { url } = requestsFor("/auth/callback")[0]!;
	const { token, authorize } = issuer.calls;
	await page.goto(app + url);
	await expect(heading(page)).toHaveText("Alice Example");
	expect(page.url()).toBe(`${app}/me`);
	await page.reload();
	await expect(heading(page)).toHaveText("Alice Example");
	const other = await context.newPage();
	await other.goto(app + url);
	await expect(heading(other)).toHaveText("Alice Example");
	// Back leads to before the sign-in or to the issuer's page, which knows what it did; never to an error of the app's.
	await page.goBack();
	await expect(page.locator("body")).not.toContainText("does not work");
	expect(issuer.calls).toMatchObject({ token, authorize });
});

test("a link of another site opens the page for whoever is signed in, without the issuer", async ({ context }) => {
	const page = await signIn(context);
	const { authorize } = issuer.calls;
	await page.goto(`${issuer.url}/login`);
	await page.evaluate((href) => {
		const link = Object.assign(document.createElement("a"), { href, id: "elsewhere", textContent: "there" });
		document.body.append(link);
	}, `${app}/me`);
	asked.splice(0);
	await page.locator("#elsewhere").click();
	await expect(heading(page)).toHaveText("Alice Example");
	expect(requestsFor("/me").map((one) => [one.headers["sec-fetch-site"], namesIn(one).includes(session)])).toEqual([
		["cross-site", false],
		["same-origin", true],
	]);
	expect(issuer.calls.authorize).toBe(authorize);
});

test("without JavaScript everything works as well: there, back, a reload of the callback, and out", async ({ browser }) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await signIn(context);
	await page.goto(app + requestsFor("/auth/callback")[0]!.url);
	await expect(heading(page)).toHaveText("Alice Example");
	await page.getByRole("button", { name: "Sign out" }).click();
	await expect(heading(page)).toHaveText("Portal");
	await context.close();
});

test("signing out by a form ends both sessions, from a page whose policy lets forms lead nowhere else; a link only asks", async ({
	context,
}) => {
	const page = await signIn(context);
	await page.goto(`${app}/auth/sign-out`);
	await expect(heading(page)).toHaveText("Sign out?");
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	expect(await issuer.sessions()).toHaveLength(1);
	await page.goto(`${app}/me`);
	await page.getByRole("button", { name: "Sign out" }).click();
	await expect(heading(page)).toHaveText("Portal");
	expect(await issuer.sessions()).toEqual([]);
	expect((await context.cookies(app)).map(({ name }) => name)).toEqual([]);
	// The confirmation works by itself too.
	await signIn(context);
	await page.goto(`${app}/auth/sign-out`);
	await page.getByRole("button", { name: "Sign out" }).click();
	await expect(heading(page)).toHaveText("Portal");
	expect(await issuer.sessions()).toEqual([]);
});

test("what went wrong is said on a page that everybody can read, with a way on", async ({ context }) => {
	const page = await context.newPage();
	await page.goto(`${app}/me`);
	issuer.cut("token");
	await typePassword(page);
	await expect(heading(page)).toHaveText("Please try again in a moment");
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme });
		expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	}
	await page.getByRole("link", { name: "Try again" }).click();
	await expect(heading(page)).toHaveText("Alice Example");
});
