import { randomBytes } from "node:crypto";
import { type Embedded, embed, systemWorld } from "@gatehouse/server/embedded";
import { accessToken, ownClient, type TokensGround } from "./access-token.ts";
import { createClock } from "./clock.ts";
import { createFaults } from "./create-faults.ts";
import { type Endpoint, endpointOf, endpoints } from "./endpoints.ts";
import { openFront } from "./front.ts";
import type { Issuer, Switched } from "./issuer.ts";
import { sharedKeyPairs } from "./key-pairs.ts";
import { createLog } from "./log.ts";
import { logoutToken } from "./logout-token.ts";
import { checkNames } from "./option-names.ts";
import { alice, type ClientOptions, checkOptions, type IssuerOptions, inWordsOf, type PersonOptions } from "./options.ts";
import { type AddedClient, firstOf, named, type TestClient, type TestPerson, withPassword, withSecret } from "./registered.ts";
import { TestingError } from "./testing-error.ts";

import { createVisitor, type Visitor } from "./visitor/visitor.ts";

/**
 * Starts a real issuer in this process: the server itself, in memory, on a free port of loopback, with a clock to move.
 *
 * @throws TestingError with every fault of the options, and the nearest right word
 * @example
 * await using issuer = await startIssuer({
 *   clients: [{ client_id: "shop", token_endpoint_auth_method: "none", redirect_uris: ["http://localhost:5173/callback"] }],
 *   resources: [{ identifier: "https://orders.acme.test", scopes: { "orders.read": "See your orders" } }],
 * });
 * const token = await issuer.token({ scope: "orders.read" });
 */
export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
	checkOptions(options);
	const { people: given = [alice], clients: wanted = [], resources = [], port = 0, host = "localhost", ...settings } = options;
	const clock = createClock();
	const faults = createFaults();
	const counts = new Map<Endpoint, number>(endpoints.map((endpoint) => [endpoint, 0]));
	const { log, lines } = createLog();
	const people = new Map<string, TestPerson>();
	const clients = new Map<string, TestClient>();
	// What a test asks of the issuer itself is no call of a client.
	const errand = { "x-errand": randomBytes(16).toString("hex") };
	let gatehouse: Embedded | undefined;

	const front = await openFront(port, (request, response) => {
		// Clients correct their clocks by this header: it is the issuer's time.
		response.sendDate = false;
		response.setHeader("date", new Date(clock.now()).toUTCString());
		const serve = () => gatehouse?.answer(request, response);
		if (request.headers["x-errand"] === errand["x-errand"]) return serve();
		// A browser asks whether it may before it asks: that is no call, and the fault is for what follows.
		if (request.method === "OPTIONS" && !faults.isOffline()) return serve();
		const endpoint = endpointOf(request.url ?? "/");
		counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
		void faults.handle(endpoint, request, response, serve);
	});
	const url = `http://${host}:${front.port}`;

	const declaredPeople = given.map(withPassword);
	const declaredClients = wanted.map(withSecret);
	const own = ownClient(url, resources);
	const world = { ...systemWorld(log), now: clock.now, generateKeyPair: sharedKeyPairs() };
	try {
		gatehouse = await embed(
			{ ...settings, issuer: url, store: { url: "sqlite::memory:" }, resources, clients: [...declaredClients, own], users: declaredPeople },
			world,
		);
	} catch (error) {
		await front.close();
		throw inWordsOf("startIssuer()", error);
	}
	const server = gatehouse;
	for (const client of declaredClients) clients.set(client.client_id, client);
	for (const person of declaredPeople) await know(person);

	async function know({ username, password }: PersonOptions & { readonly password: string }): Promise<TestPerson> {
		const { id: sub } = await server.person(username);
		const person = { username, password, sub };
		people.set(username, person);
		return person;
	}

	const person = (username = firstOf("person", people)) => named("person", username, people);
	const client = (clientId = firstOf("client", clients)) => named("client", clientId, clients);
	const visitor: Issuer["visitor"] = (username, manners) => createVisitor(url, { ...person(username), ...manners }, clock.now);
	const browsers = new Map<string, { readonly visitor: Visitor; free: Promise<unknown> }>();
	const ground: TokensGround = {
		url,
		gatehouse: server,
		now: clock.now,
		people,
		clients,
		own,
		errand,
		inBrowserOf(username, work) {
			const browser = browsers.get(username) ?? {
				visitor: createVisitor(url, person(username), clock.now, errand),
				free: Promise.resolve(),
			};
			browsers.set(username, browser);
			const done = browser.free.then(() => work(browser.visitor));
			browser.free = done.catch(() => undefined);
			return done;
		},
	};
	const off: Switched[] = [];
	const setEnabled = async (what: Switched, enabled: boolean) => {
		if (!enabled) off.push(what);
		if ("person" in what) await server.setPersonEnabled(person(what.person).username, enabled);
		else await server.setClientEnabled(client(what.clientId).client_id, enabled);
	};
	let stopped: Promise<void> | undefined;
	const stop = () => {
		stopped ??= (async () => {
			faults.mend();
			await front.close();
			await server.close();
		})();
		return stopped;
	};

	const { handle: _, isOffline: __, ...controls } = faults;
	return {
		...controls,
		url,
		clock,
		get calls() {
			return Object.fromEntries(counts) as Record<Endpoint, number>;
		},
		log: lines,
		person,
		client,
		async addPerson(options) {
			const whole = withPassword(options);
			await server.addPerson(whole).catch((error) => Promise.reject(inWordsOf("addPerson()", error)));
			return know(whole);
		},
		async addClient<const C extends ClientOptions>(options: C) {
			const whole = withSecret(options);
			await server.addClient(whole).catch((error) => Promise.reject(inWordsOf("addClient()", error)));
			clients.set(whole.client_id, whole);
			return whole as AddedClient<C>;
		},
		async signIn(options) {
			checkNames("signIn()", options, ["url", "person", "consent", "visitor"], { username: "person", clientId: "url" });
			const { url: from, person: username, consent, visitor: browser = visitor(username, consent && { consent }) } = options;
			if (new URL(from).origin !== url)
				throw new TestingError(`signIn() takes an authorization URL of this issuer, ${url}, not of ${new URL(from).origin}`);
			const { url: reached } = await browser.open(from, { until: (to) => to.origin !== url });
			if (reached.origin === url) throw new TestingError(`signIn() came to stand at ${reached.pathname} of the issuer, and not at an app`);
			return reached;
		},
		visitor,
		token: (options = {}) => accessToken(ground, options),
		logoutToken: (options) => logoutToken(ground, options),
		sign: server.sign,
		rotateKeys: ({ revoke = false } = {}) => server.rotateKeys(revoke ? "revoke" : "now"),
		sessions: (username) => server.sessions(username === undefined ? undefined : person(username).username),
		endSessions: async (username) => server.endSessionsOf(person(username).username),
		endSession: (sid) => server.endSession(sid).catch((error) => Promise.reject(inWordsOf("endSession()", error))),
		withdraw: async ({ person: username, clientId }) => server.revokeConsent(person(username).username, client(clientId).client_id),
		disable: (what) => setEnabled(what, false),
		enable: (what) => setEnabled(what, true),
		async reset() {
			faults.mend();
			clock.reset();
			browsers.clear();
			lines.length = 0;
			for (const endpoint of endpoints) counts.set(endpoint, 0);
			for (const what of off.splice(0)) await setEnabled(what, true);
			await server.endEverything();
		},
		stop,
		[Symbol.asyncDispose]: stop,
	};
}
