import { expect, test } from "vitest";
import { createLogos } from "../src/jobs/logos.ts";
import { type Client, registryOf, resolveClient } from "../src/model/index.ts";
import { authorize, requestOf, signedIn } from "./flow.ts";
import { clients, type House, issuer, openHouse } from "./house.ts";
import { logoPng } from "./logo-png.ts";
import { type Answer, openStranger, type Stranger } from "./strangers.ts";

const minute = 60_000;
const png: Answer = (_request, response) => response.writeHead(200, { "content-type": "image/png" }).end(logoPng());

/** A house whose clients name logos at this stranger. */
function houseWith(stranger: Stranger, logos: Readonly<Record<string, string>>, more: object = {}) {
	const declared = Object.values(clients).map((client) => {
		const path = logos[client.client_id];
		return path === undefined ? client : { ...client, logo_uri: `http://${stranger.host}${path}`, ...more };
	});
	return openHouse({ file: { clients: declared, outbound: { allow: [stranger.host] } } });
}

/** The job, as the server runs it. */
function jobOf({ gatehouse: { ground }, now }: House): () => Promise<number> {
	return createLogos({ ...ground, ...ground.store, now, log: ground.world.log });
}

/** A client that names a logo. */
function appWithLogo(id: string): Client {
	const metadata = { client_id: id, logo_uri: `https://${id}.test/` };
	return resolveClient({ id, metadata, secrets: [], managedBy: "store", held: false, createdAt: 0, updatedAt: 0 });
}

/** The address of the logo that a page shows; undefined where it shows none. */
function shownIn(html: string): string | undefined {
	return /<img class="tile" alt="Logo of [^"]*" src="([^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
}

test("a logo is fetched once, and shown from our own origin to whoever signs in, with everything that keeps it a picture", async () => {
	await using stranger = await openStranger(png);
	await using house = await houseWith(stranger, { portal: "/logo.png" });
	const run = jobOf(house);
	const login = () => house.browser().go(requestOf(clients.portal).url);
	expect(shownIn((await login()).html)).toBeUndefined();
	expect(await run()).toBe(1);
	const path = shownIn((await login()).html);
	expect(path).toBe(`/logo?client_id=portal&v=${house.now()}`);
	const answer = await house.request({ url: `${issuer}${path}` });
	expect(answer.statusCode).toBe(200);
	expect(answer.headers).toMatchObject({
		"content-type": "image/png",
		"content-security-policy": "default-src 'none'; sandbox",
		"x-content-type-options": "nosniff",
		"content-disposition": "inline",
		"cache-control": "public, max-age=86400",
		"cross-origin-resource-policy": "same-origin",
	});
	expect(answer.headers["set-cookie"]).toBeUndefined();
	expect(answer.rawPayload.equals(logoPng())).toBe(true);
	for (let round = 0; round < 3; round += 1) {
		house.wait(24 * 60 * minute);
		expect(await run()).toBe(0);
	}
	expect(stranger.connections()).toBe(1);
	expect(stranger.requests[0]?.headers).not.toHaveProperty("cookie");
});

test("DR-09 the logo of an app that nobody reviewed stands among what it says of itself, on the consent page too", async () => {
	await using stranger = await openStranger(png);
	await using house = await houseWith(stranger, { analytics: "/logo.png" }, { policy_uri: "https://analytics.test/privacy" });
	await jobOf(house)();
	const browser = house.browser();
	await signedIn(house, clients.portal, {}, browser);
	const { html } = await authorize(browser, requestOf(clients.analytics));
	expect(html).toContain('data-page="consent"');
	expect(html.indexOf("<main>")).toBeLessThan(html.indexOf(shownIn(html)?.replaceAll("&", "&amp;") ?? "none"));
	expect(html).toContain(
		'<a href="https://analytics.test/privacy" target="_blank" rel="noopener noreferrer" aria-label="Privacy policy of Analytics">',
	);
});

test("only a client that is switched on has a logo, only the one that it names, and only under its own address", async () => {
	await using stranger = await openStranger(png);
	await using house = await houseWith(stranger, { portal: "/logo.png", retired: "/logo.png" });
	await jobOf(house)();
	expect(stranger.connections()).toBe(1);
	const version = house.now();
	const status = async (query: string) => (await house.request({ url: `/logo${query}` })).statusCode;
	expect(await status(`?client_id=portal&v=${version}`)).toBe(200);
	for (const query of [
		"",
		"?client_id=portal",
		`?client_id=portal&v=${version + 1}`,
		`?client_id=retired&v=${version}`,
		`?client_id=shop&v=${version}`,
		`?client_id=nobody&v=${version}`,
		`?client_id=__proto__&v=${version}`,
	])
		expect(await status(query), query).toBe(404);
	const { store } = house.gatehouse.ground;
	const row = await store.clients.find("portal");
	if (!row) throw new Error("no portal");
	await store.clients.put({ ...row, held: true }, []);
	await house.gatehouse.refresh();
	expect(await status(`?client_id=portal&v=${version}`)).toBe(404);
	await store.clients.put({ ...row, metadata: { ...row.metadata, logo_uri: `http://${stranger.host}/other.png` } }, []);
	await house.gatehouse.refresh();
	expect(await status(`?client_id=portal&v=${version}`)).toBe(404);
});

test("another logo_uri is fetched anew under another address; the logo of a client that is gone is taken away", async () => {
	await using stranger = await openStranger((request, response) =>
		response.writeHead(200, { "content-type": "image/png" }).end(logoPng(request.url === "/b.png" ? 32 : 64, 64)),
	);
	await using house = await houseWith(stranger, { portal: "/a.png" });
	const run = jobOf(house);
	await run();
	const { store } = house.gatehouse.ground;
	const row = await store.clients.find("portal");
	if (!row) throw new Error("no portal");
	house.wait(minute);
	await store.clients.put({ ...row, managedBy: "store", metadata: { ...row.metadata, logo_uri: `http://${stranger.host}/b.png` } }, []);
	await house.gatehouse.refresh();
	expect(await run()).toBe(1);
	const answer = await house.request({ url: `/logo?client_id=portal&v=${house.now()}` });
	expect(answer.rawPayload.equals(logoPng(32, 64))).toBe(true);
	await store.clients.remove("portal", []);
	await house.gatehouse.refresh();
	await run();
	expect(await store.logos.all()).toEqual([]);
});

test("PG-03 what is no picture is never shown: SVG, HTML, a redirect, 10 MB, and whatever is announced as something else", async () => {
	const svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
	const answers: Readonly<Record<string, Answer>> = {
		"/svg": (_request, response) => response.writeHead(200, { "content-type": "image/svg+xml" }).end(svg),
		"/svg-as-png": (_request, response) => response.writeHead(200, { "content-type": "image/png" }).end(svg),
		"/png-as-svg": (_request, response) => response.writeHead(200, { "content-type": "image/svg+xml" }).end(logoPng()),
		"/html": (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<script>alert(1)</script>"),
		"/redirect": (_request, response) => response.writeHead(302, { location: "/good" }).end(),
		"/missing": (_request, response) => response.writeHead(404, { "content-type": "image/png" }).end(logoPng()),
		"/flood": (_request, response) => response.writeHead(200, { "content-type": "image/png" }).end(Buffer.alloc(10 * 1024 * 1024)),
		"/good": png,
	};
	await using stranger = await openStranger((request, response) => answers[request.url ?? ""]?.(request, response));
	const ids: readonly string[] = Object.values(clients).flatMap((client) => (client.client_id === "retired" ? [] : [client.client_id]));
	const paths = Object.keys(answers);
	expect(ids.length).toBeGreaterThanOrEqual(paths.length);
	await using house = await houseWith(stranger, Object.fromEntries(paths.map((path, index) => [ids[index] ?? "", path])));
	expect(await jobOf(house)()).toBe(paths.length);
	const known = await house.gatehouse.ground.store.logos.all();
	const shown = Object.fromEntries(known.map(({ clientId, shown }) => [paths[ids.indexOf(clientId)], shown]));
	expect(shown).toEqual(Object.fromEntries(paths.map((path) => [path, path === "/good"])));
	expect(house.log.filter(({ message }) => message.startsWith("the logo_uri of the client"))).toHaveLength(paths.length - 1);
	expect(JSON.stringify(house.log)).not.toContain("alert(1)");
});

test("a logo that cannot be had is tried again after 5 minutes, an hour, and then three times a day", async () => {
	let works = false;
	await using stranger = await openStranger((request, response) => (works ? png(request, response) : response.writeHead(503).end()));
	await using house = await houseWith(stranger, { portal: "/logo.png" });
	const run = jobOf(house);
	expect(await run()).toBe(1);
	for (const wait of [5, 60, 480, 480]) {
		house.wait(wait * minute - 1);
		expect(await run(), String(wait)).toBe(0);
		house.wait(1);
		expect(await run(), String(wait)).toBe(1);
	}
	works = true;
	house.wait(480 * minute);
	expect(await run()).toBe(1);
	expect(shownIn((await house.browser().go(requestOf(clients.portal).url)).html)).toBeDefined();
});

test("I21 however many ask while logos are fetched, one round comes after it, and tells all of them", async () => {
	let rounds = 0;
	const fetching = Promise.withResolvers<void>();
	const run = createLogos({
		registry: () => {
			rounds += 1;
			return registryOf(1, [appWithLogo("a")], []);
		},
		logos: { put: async () => {}, remove: async () => {} },
		outbound: {
			get: async () => {
				await fetching.promise;
				return { status: 404, mediaType: "", body: new Uint8Array() };
			},
		},
		knownLogos: () =>
			new Map(rounds === 1 ? [] : [["a", { clientId: "a", uri: "https://a.test/", shown: false, fetchedAt: 0, failures: 1 }]]),
		refresh: async () => true,
		now: () => 0,
		log: { info: () => {} },
	});
	const first = run();
	await Promise.resolve();
	const others = Array.from({ length: 100 }, () => run());
	fetching.resolve();
	expect([await first, ...new Set(await Promise.all(others)), rounds]).toEqual([1, 0, 2]);
	await run();
	expect(rounds).toBe(3);
});

test("CA-09 logos of clients that registered themselves wait for those of clients that an operator named, and among themselves", async () => {
	const asked: (readonly [string, boolean | undefined])[] = [];
	const registry = registryOf(
		1,
		["b", "c", "a"].map((id) => ({ ...appWithLogo(id), registeredItself: id !== "a" })),
		[],
	);
	const run = createLogos({
		registry: () => registry,
		logos: { put: async () => {}, remove: async () => {} },
		outbound: {
			get: async (url, { stranger }) => {
				asked.push([url, stranger]);
				return { status: 404, mediaType: "", body: new Uint8Array() };
			},
		},
		knownLogos: () => new Map(),
		refresh: async () => true,
		now: () => 0,
		log: { info: () => {} },
	});
	await run();
	expect(asked).toEqual([
		["https://a.test/", false],
		["https://b.test/", true],
		["https://c.test/", true],
	]);
});

test("an app is opened from the account page by its initiate_login_uri, which is told who signs people in (OpenID Connect Core §4)", async () => {
	const declared = Object.values(clients).map((client) =>
		client.client_id === "portal" ? { ...client, initiate_login_uri: "https://portal.company.test/begin?from=account" } : client,
	);
	await using house = await openHouse({ file: { clients: declared } });
	const browser = house.browser();
	await signedIn(house, clients.portal, {}, browser);
	const { html } = await browser.go(`${issuer}/account`);
	expect(html).toContain(
		`href="https://portal.company.test/begin?from=account&amp;iss=${encodeURIComponent(issuer)}" aria-label="Open Portal"`,
	);
});

test("an app that has just registered itself has its logo on the first page; one whose logo hangs is registered all the same", async () => {
	await using stranger = await openStranger((request, response) => {
		if (request.url === "/logo.png") png(request, response);
	});
	const file = { registration: { dynamic: "open" }, outbound: { allow: [stranger.host] } };
	const register = async (house: House, path: string) => {
		const body = { redirect_uris: ["https://rp.test/cb"], logo_uri: `http://${stranger.host}${path}` };
		const answer = await house.request({ method: "POST", url: `${issuer}/register`, payload: body });
		expect(answer.statusCode).toBe(201);
		return answer.json<{ readonly client_id: string }>();
	};
	await using patient = await openHouse({ file, patient: true });
	const { client_id } = await register(patient, "/logo.png");
	const { html } = await patient.browser().go(requestOf(clients.portal, { client_id, redirect_uri: "https://rp.test/cb" }).url);
	expect(shownIn(html)).toBe(`/logo?client_id=${client_id}&v=${patient.now()}`);
	// Its clock is a note of how long it would have waited.
	await using hurried = await openHouse({ file });
	await register(hurried, "/hangs.png");
	expect(hurried.slept).toEqual([2_000]);
});
