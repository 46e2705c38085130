import { randomBytes } from "node:crypto";
import { type Embedded, embed, type LiveSession, systemWorld } from "@gatehouse/server/embedded";
import { type Clock, createClock } from "./clock.ts";
import { type Endpoint, endpointOf, endpoints } from "./endpoints.ts";
import { createFaults, type Faults } from "./faults.ts";
import { openFront } from "./front.ts";
import { sharedKeyPairs } from "./key-pairs.ts";
import { alice, type ClientOptions, checkOptions, type IssuerOptions, inWordsOf, type PersonOptions } from "./options.ts";
import { type AddedClient, named, type TestClient, type TestPerson, withPassword, withSecret } from "./registered.ts";
import { TestingError } from "./testing-error.ts";
import { accessToken, type LogoutTokenOptions, logoutToken, type TokenOptions, type TokensGround } from "./tokens.ts";
import { createVisitor, type Manners, type Visitor } from "./visitor/visitor.ts";

/** How somebody signs in without a browser. */
export interface SignInOptions {
	/** The authorization URL that the app sends its browser to. */
	readonly url: string | URL;
	/** The first person unless said. */
	readonly person?: string;
	/** At the page that asks what an app may do; `allow` unless said. */
	readonly consent?: "allow" | "deny";
	/** The browser to do it in, with whatever cookies it has; a new one unless said. */
	readonly visitor?: Visitor;
}

/** Whom or what to switch off or on. */
export type Switched = { readonly person: string } | { readonly clientId: string };

/** A line of the issuer's log. */
export interface LogLine {
	readonly level: "info" | "error";
	readonly fields: Readonly<Record<string, unknown>>;
	readonly message: string;
}

/** A real issuer for tests: it listens on loopback, keeps everything in memory, and does what the test says. */
export interface Issuer extends Faults, AsyncDisposable {
	/** What it calls itself: the `issuer` of your app's configuration. */
	readonly url: string;
	readonly clock: Clock;
	/** Requests so far, by endpoint, those for `token()` not among them. A copy: take it before and after. */
	readonly calls: Readonly<Record<Endpoint, number>>;
	/** What it logged, oldest first: the cause of a refusal stands here, by the trace id of the answer. */
	readonly log: readonly LogLine[];

	/** A person with their password and `sub`; the first unless named. @throws TestingError with the nearest name there is. */
	readonly person: (username?: string) => TestPerson;
	/** A client with its secret; the first unless named. @throws TestingError with the nearest name there is. */
	readonly client: (clientId?: string) => TestClient;
	/** Adds a person; a password is made where none is given. */
	readonly addPerson: (person: PersonOptions) => Promise<TestPerson>;
	/** Registers a client, as soon as a test knows its redirect URI; a secret is made where it needs one. */
	readonly addClient: <const C extends ClientOptions>(client: C) => Promise<AddedClient<C>>;

	/**
	 * Walks the real pages without a browser: follows an authorization URL, signs in, and tells where the app would be sent.
	 *
	 * @throws TestingError where the issuer shows an error page instead
	 * @example
	 * const back = await issuer.signIn({ url: authorizationUrl, person: "alice" });
	 * back.searchParams.get("code");
	 */
	readonly signIn: (options: SignInOptions) => Promise<URL>;
	/** A browser without the browser, of a person: for apps that answer pages themselves. The first person unless named. */
	readonly visitor: (person?: string, manners?: Partial<Manners>) => Visitor;
	/**
	 * A genuine access token, for testing an API without any client.
	 *
	 * @example const token = await issuer.token({ person: "alice", resource: "https://orders.acme.test", scope: "orders.read" });
	 */
	readonly token: (options?: TokenOptions) => Promise<string>;
	/**
	 * A genuine logout token, as the issuer posts it to `backchannel_logout_uri` (OpenID Connect Back-Channel Logout §2.4).
	 *
	 * @example const token = await issuer.logoutToken({ clientId: "portal", person: "alice" });
	 */
	readonly logoutToken: (options: LogoutTokenOptions) => Promise<string>;
	/** Any claims at all, signed by the key that signs now: for tokens that no issuer makes. @returns a compact JWS */
	readonly sign: Embedded["sign"];

	/** New keys sign from now on. The former ones are published as long as their tokens live, unless they are `revoked`. */
	readonly rotateKeys: (options?: { readonly revoke?: boolean }) => Promise<void>;
	/** The live sessions of a person or of everyone, newest first; `id` is the `sid`. */
	readonly sessions: (person?: string) => Promise<readonly LiveSession[]>;
	/** Ends every session of a person, and with them their online grants. @returns the `sid` of each */
	readonly endSessions: (person?: string) => Promise<readonly string[]>;
	/** Ends one session. */
	readonly endSession: (sid: string) => Promise<void>;
	/** Takes back what a person allowed a client. */
	readonly withdraw: (what: { readonly person: string; readonly clientId: string }) => Promise<void>;
	/** Switches a person or a client off: every session and grant ends. */
	readonly disable: (what: Switched) => Promise<void>;
	readonly enable: (what: Switched) => Promise<void>;

	/**
	 * As just started, for the next test: no faults, the machine's time, nobody signed in, no grant alive, everybody enabled,
	 * nothing counted or logged. Its keys, its people and its clients stay, those that were added too.
	 */
	readonly reset: () => Promise<void>;
	/** Ends it; connections are closed. */
	readonly stop: () => Promise<void>;
}

/** Lines of the log that are kept. */
const longestLog = 1_000;

/** The client that asks for tokens where a test names none. */
const ownClientId = "gatehouse-testing";

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
	const log: LogLine[] = [];
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
	const own: TestClient = {
		client_id: ownClientId,
		client_name: "Tests",
		client_secret: randomBytes(32).toString("base64url"),
		redirect_uris: [`${url}/gatehouse-testing`],
		first_party: true,
		scope: ["openid profile email phone address groups", ...resources.flatMap(({ scopes }) => Object.keys(scopes ?? {}))].join(" "),
	};
	const keep = (level: LogLine["level"]) => (fields: LogLine["fields"], message: string) => {
		log.push({ level, fields, message });
		if (log.length > longestLog) log.shift();
	};
	const world = { ...systemWorld({ info: keep("info"), error: keep("error") }), now: clock.now, generateKeyPair: sharedKeyPairs() };
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
	const visitors = new Map<string, Visitor>();
	const ground: TokensGround = {
		url,
		gatehouse: server,
		now: clock.now,
		people,
		clients,
		own,
		errand,
		visitorOf(username) {
			const known = visitors.get(username) ?? createVisitor(url, person(username), clock.now, errand);
			visitors.set(username, known);
			return known;
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
		log,
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
		async signIn({ url: from, person: username, consent, visitor: browser = visitor(username, consent && { consent }) }) {
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
			visitors.clear();
			log.length = 0;
			for (const endpoint of endpoints) counts.set(endpoint, 0);
			for (const what of off.splice(0)) await setEnabled(what, true);
			await server.endEverything();
		},
		stop,
		[Symbol.asyncDispose]: stop,
	};
}

function firstOf(kind: "person" | "client", all: ReadonlyMap<string, unknown>): string {
	const [first] = all.keys();
	if (first === undefined) throw new TestingError(`the issuer has no ${kind}: declare one in startIssuer(), or add one`);
	return first;
}
