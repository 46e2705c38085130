import type { Embedded, LiveSession } from "@gatehouse/server/embedded";
import type { TokenOptions } from "./access-token.ts";
import type { Clock } from "./clock.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Faults } from "./faults.ts";
import type { LogLine } from "./log.ts";
import type { LogoutTokenOptions } from "./logout-token.ts";
import type { ClientOptions, PersonOptions } from "./options.ts";
import type { AddedClient, TestClient, TestPerson } from "./registered.ts";
import type { Manners, Visitor } from "./visitor/visitor.ts";

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
