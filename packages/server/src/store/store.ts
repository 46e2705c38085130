import type {
	ClientRow,
	Consent,
	Credential,
	Event,
	FamilyLimits,
	Grant,
	GrantStanding,
	Person,
	ResourceRow,
	Session,
	SessionLimits,
	SessionStanding,
} from "../model/index.ts";

/**
 * The store could not do what was asked within its time: nothing was done, or (after a lost COMMIT) a retry with the
 * same operation id finds what was done. Doors answer 503 with `Retry-After`.
 */
export class StoreUnavailable extends Error {
	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = "StoreUnavailable";
	}
}

/** The store cannot be opened: foreign, damaged, newer, read-only. The message is one sentence that says what to do. */
export class StoreUnusable extends Error {
	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = "StoreUnusable";
	}
}

/** How long things live; handed to the store once, when it is opened. */
export interface Limits {
	readonly sessions: SessionLimits;
	readonly refreshTokens: FamilyLimits;
}

/**
 * What Gatehouse remembers. Each verb is one whole fact in one transaction, and promises exactly one winner where
 * something may happen once; refusal is a value, never an exception. Verbs that change something take the events that
 * tell of it and write them in the same transaction. All instants are epoch milliseconds and come from the caller.
 *
 * A verb may be retried by the store itself after a lost COMMIT: those that must happen once take an operation id.
 */
export interface Store {
	readonly clients: ClientStore;
	readonly resources: ResourceStore;
	readonly people: PersonStore;
	readonly sessions: SessionStore;
	readonly consents: ConsentStore;
	readonly grants: GrantStore;
	readonly deniedTokens: DeniedTokenStore;
	readonly usedOnce: UsedOnceStore;
	readonly logouts: LogoutStore;
	readonly guesses: GuessStore;
	readonly registrations: RegistrationStore;
	readonly keys: KeyStore;
	readonly events: EventStore;
	readonly logos: LogoStore;
	readonly settings: SettingStore;
	/** Answers when a trivial read works; throws {@link StoreUnavailable}. */
	ping(): Promise<void>;
	close(): Promise<void>;
}

/** Clients as rows; `version` (in settings) rises with every change, so that caches know. */
export interface ClientStore {
	all(): Promise<readonly ClientRow[]>;
	find(id: string): Promise<ClientRow | undefined>;
	/** Inserts, or replaces the row of the same id. */
	put(row: ClientRow, events: readonly Event[]): Promise<void>;
	/** @returns false when there is no such client, or (removing) it is not managed by the store. */
	remove(id: string, events: readonly Event[]): Promise<boolean>;
}

export interface ResourceStore {
	all(): Promise<readonly ResourceRow[]>;
	put(row: ResourceRow, events: readonly Event[]): Promise<void>;
}

/** What a change of a person may set. */
interface PersonChange {
	readonly username?: string;
	readonly claims?: Person["claims"];
	readonly groups?: readonly string[];
	readonly admin?: boolean;
}

/** A person together with what only management needs. */
export interface PersonRow extends Person {
	/** Switched off by an operator; on a row of the file it holds until `enable`. */
	readonly held: boolean;
	readonly removedAt?: number;
	/** Whether the declaration says `enabled: false`. */
	readonly declaredDisabled: boolean;
	/** HMAC of the declared password, for people of the file: it changes when the password in the file does. */
	readonly declaredPasswordMac?: string;
	readonly hasPassword: boolean;
}

export interface PersonStore {
	/** By {@link canonicalName} of the user name; else by that of the address, when exactly one person has it. */
	findByName(canonical: string): Promise<{ readonly person: Person; readonly credential: Credential | undefined } | undefined>;
	find(id: string): Promise<PersonRow | undefined>;
	/** In the order of user names, from after `after`. */
	list(limit: number, after?: string): Promise<readonly PersonRow[]>;
	/** All people of the file, for applying it. */
	declared(): Promise<readonly PersonRow[]>;
	/** @returns `taken` when the canonical user name, or the name as someone's address, exists; `added` else. Never overwrites. */
	add(row: PersonRow, credential: Credential | undefined, events: readonly Event[]): Promise<"added" | "taken">;
	/** @returns `absent` when there is no such person, `taken` when the new user name is another's. */
	change(
		id: string,
		change: PersonChange & { readonly now: number; readonly declaredPasswordMac?: string },
		events: readonly Event[],
	): Promise<"changed" | "taken" | "absent">;
	/**
	 * Sets a password. `endEverything` (reset, CLI, file) ends all sessions and voids all grants; otherwise (its owner,
	 * who knew the old one) all sessions but theirs end. Raises the password version either way.
	 *
	 * @param endedEvent makes the event of each session that this ends; it may be called more than once
	 * @returns false when there is no such person, the password is another by now, or its owner's session has ended: nothing
	 * was written.
	 */
	setPassword(
		id: string,
		credential: Credential,
		how: { readonly endEverything: true } | ChangeByOwner,
		now: number,
		events: readonly Event[],
		endedEvent: (sessionId: string) => Event,
		declaredPasswordMac?: string,
	): Promise<boolean>;
	/**
	 * Switches a person off or on. Off ends all sessions and voids all grants, and they stay dead after `enable`.
	 * `held` is the operator's switch, `removedAt` and `declaredDisabled` the file's.
	 *
	 * @param endedEvent makes the event of each session that this ends; it may be called more than once
	 */
	setEnabled(
		id: string,
		change: { readonly held?: boolean; readonly removedAt?: number | null; readonly declaredDisabled?: boolean },
		now: number,
		events: readonly Event[],
		endedEvent: (sessionId: string) => Event,
	): Promise<boolean>;
}

/** A password that its owner sets, who proved the old one. */
interface ChangeByOwner {
	readonly endEverything: false;
	/** The session that it is set in, and its new secret (LG-12). */
	readonly keep: string;
	readonly secretHash: Uint8Array;
	/** Of the password that was proved: nothing is set when it was changed while the proof was being checked. */
	readonly passwordVersion: number;
}

/** A sign-in to be written. */
export interface NewSession {
	/** Used when no session of the same person is continued. */
	readonly id: string;
	readonly secretHash: Uint8Array;
	readonly personId: string;
	readonly amr: readonly string[];
	readonly userAgent?: string;
	readonly network?: string;
	/** The session of the cookie, when it was live: continued for the same person (new secret, same id), ended for another. */
	readonly replaces?: string;
	/** Of the password that was proved: nothing begins when it was changed while the proof was being checked. */
	readonly passwordVersion?: number;
}

export interface SessionStore {
	/** One statement: session, person, epoch. */
	find(id: string): Promise<SessionStanding | undefined>;
	/**
	 * Writes a sign-in. `eventsFor` makes the events once it is known which session it became and which were ended
	 * (the replaced one; beyond `sessions.max` the oldest); it is pure and may be called more than once.
	 *
	 * @returns undefined when the person is disabled or gone, or has another password now: nothing was written.
	 */
	begin(session: NewSession, now: number, eventsFor: (result: BegunSession) => readonly Event[]): Promise<BegunSession | undefined>;
	/** Gives the session a new secret (sign-out of others, step-up). @returns false when it has ended. */
	rotateSecret(id: string, secretHash: Uint8Array, now: number): Promise<boolean>;
	/** Notes that the session was used. */
	touch(id: string, now: number): Promise<void>;
	/** Ends a session, whoever asks. @returns false when it had ended before: no event is written then. */
	end(id: string, now: number, events: readonly Event[]): Promise<boolean>;
	/** Ends all live sessions of a person but `keep`; one event of each from `eventFor`. @returns the ids that ended. */
	endAll(personId: string, now: number, eventFor: (sessionId: string) => Event, keep?: string): Promise<readonly string[]>;
	/** Not ended and not expired, newest first. */
	list(filter: { readonly personId?: string; readonly limit: number; readonly now: number }): Promise<readonly Session[]>;
}

export interface BegunSession {
	readonly session: Session;
	/** True when a session of the same person went on under its id. */
	readonly continued: boolean;
	readonly ended: readonly string[];
}

export interface ConsentStore {
	find(personId: string, clientId: string): Promise<Consent | undefined>;
	/** Adds scopes to the standing consent, never takes any away. @returns the consent as it stands. */
	add(personId: string, clientId: string, scope: readonly string[], now: number, events: readonly Event[]): Promise<Consent>;
	/** Takes everything back: the epoch rises, and grants made before are dead. Works where no consent row was (first-party apps). */
	withdraw(personId: string, clientId: string, now: number, events: readonly Event[]): Promise<void>;
	/** Standing consents and live grants of a person, one entry for each client, those of clients that are switched off too. */
	list(personId: string, now: number): Promise<readonly AllowedClient[]>;
}

/** What a client may do for a person: by standing consent, by a grant in use, or both. */
export interface AllowedClient {
	readonly clientId: string;
	readonly scope: readonly string[];
	/** Absent without a standing consent. */
	readonly grantedAt?: number;
	/** Of the oldest live grant, and of the one that was used last. Absent without a live grant. */
	readonly inUseSince?: number;
	readonly lastUsedAt?: number;
}

/** A code that passed every binding, to be redeemed. */
export interface Redemption {
	readonly grant: Omit<Grant, "revokedAt">;
	readonly now: number;
	/** Written with the row. */
	readonly redeemed: Event;
	/** Written when the code turns out to be used already and its family is ended. */
	readonly replayed: Event;
}

export type RedeemResult =
	/** This operation won (or had won before its COMMIT was lost). */
	| { readonly kind: "redeemed"; readonly standing: GrantStanding }
	/** The code was used before: the family is revoked now. */
	| { readonly kind: "replayed" }
	/** The row was revoked already (burnt, or replayed before). */
	| { readonly kind: "revoked" }
	/** A condition failed ({@link whyRefused}); nothing was written. */
	| { readonly kind: "refused"; readonly reason: string };

type RotateResult =
	/** This operation made `generation` current. */
	| { readonly kind: "rotated"; readonly grant: Grant }
	/** Another was first, or the family has ended: decide again on what is there now. */
	| { readonly kind: "lost"; readonly standing: GrantStanding | undefined };

export interface GrantStore {
	/** One statement: grant, session, person, client switch, consent, epoch. */
	find(id: string): Promise<GrantStanding | undefined>;
	/**
	 * Redeems a code: the first insert of `grant.id` wins. Conditions are read in the transaction that writes; the
	 * session is touched where due. `grant.redeemedBy` is the operation id.
	 */
	redeem(redemption: Redemption): Promise<RedeemResult>;
	/**
	 * Burns a code whose bindings failed: inserts its row already revoked, unless a row is there.
	 *
	 * @returns `burnt` (by this operation), `redeemed` when a live or dead row was there before: then `misuse` is
	 * recorded once for each grant, and nothing else changes.
	 */
	burn(
		grant: Omit<Grant, "revokedAt">,
		now: number,
		events: { readonly burnt: Event; readonly misuse: Event },
	): Promise<"burnt" | "redeemed">;
	/**
	 * Makes generation `from + 1` current if `from` is, the family lives, and its conditions hold; read in the
	 * transaction that writes. Touches the session of an online family where due.
	 */
	rotate(id: string, from: number, operation: string, now: number): Promise<RotateResult>;
	/** Ends a family. @returns false when it was not alive: no event is written then. */
	revoke(id: string, now: number, events: readonly Event[]): Promise<boolean>;
	/** Records an event about a grant without touching it, once for each (grant, type). */
	note(id: string, event: Event): Promise<void>;
}

export interface DeniedTokenStore {
	/** Refuses the access token with this `jti` until `expiresAt`. */
	deny(jti: string, expiresAt: number, events: readonly Event[]): Promise<void>;
	isDenied(jti: string): Promise<boolean>;
}

/** What may be used once: the `jti` of a client's assertion, of a request object. */
export interface UsedOnceStore {
	/**
	 * Uses it up. Of any number of racing callers, on any replica and after any restart, one gets `true` until `expiresAt`;
	 * `operation` lets the retry of a lost COMMIT know itself. A few rows that have expired are taken away on the way.
	 *
	 * @param name of any length and any content: its SHA-256 is what is kept
	 */
	use(purpose: "client_assertion", name: string, expiresAt: number, operation: string, now: number): Promise<boolean>;
}

/** What became of telling one client that one session ended. */
export interface Logout {
	readonly sessionId: string;
	readonly clientId: string;
	readonly personId: string;
	/** `waiting` to be told (again), `confirmed`, `failed` for good, or `untold`: it has no address to be told at. */
	readonly state: "waiting" | "confirmed" | "failed" | "untold";
	/** Epoch milliseconds. */
	readonly endedAt: number;
	readonly attempts: number;
	/** When it is told next. */
	readonly dueAt?: number;
	readonly settledAt?: number;
	/** Why the last attempt did not count, in a few words of ours. */
	readonly reason?: string;
}

/** How many clients are told at the same time, and how many sessions of each: one that hangs holds up itself alone. */
export const logoutsAtOnce = { clients: 8, ofClient: 4 } as const;

/**
 * The queue of logout tokens, and the receipt. Rows are written by whichever verb ends a session, in its transaction, one
 * for each client that has a grant of it (participation is the grant row); beside the `session.ended` of that verb stands one
 * `logout.untold` for each that has no address to be told at. A session that is over by itself is told to nobody.
 */
export interface LogoutStore {
	/**
	 * Takes what is due, oldest first, as much as {@link logoutsAtOnce} allows beside what is under way: whoever takes a row
	 * has it until `leaseUntil`, then it is due again (a process that was killed loses nothing). Of racing callers one gets
	 * each row. Where nothing is due nothing is written.
	 *
	 * @param busy the clients that the caller is telling already: their rows are left alone
	 */
	take(now: number, leaseUntil: number, busy: readonly string[]): Promise<readonly Logout[]>;
	/** Writes what came of an attempt; @returns false when the row was settled meanwhile: no event is written then. */
	settle(
		sessionId: string,
		clientId: string,
		how:
			| { readonly state: "confirmed" | "failed"; readonly at: number; readonly reason?: string }
			| { readonly state: "waiting"; readonly dueAt: number; readonly reason: string },
		events: readonly Event[],
	): Promise<boolean>;
	/** The receipt of a session, in the order of client ids. */
	ofSession(sessionId: string): Promise<readonly Logout[]>;
}

/** A client that registered itself, beside its row in {@link ClientStore}. */
export interface Registration {
	readonly clientId: string;
	/** SHA-256 of the registration access token (RFC 7592 §3). */
	readonly tokenHash: Uint8Array;
	readonly registeredAt: number;
	/** At most a day late; {@link Registration.registeredAt} while it was never used. */
	readonly lastUsedAt: number;
	/** The initial access token that allowed it. */
	readonly registrationTokenId?: string;
}

/** An initial access token (RFC 7591 §3): counted and expiring. */
export interface RegistrationToken {
	readonly id: string;
	readonly tokenHash: Uint8Array;
	readonly note?: string;
	readonly usesLeft: number;
	readonly createdAt: number;
	readonly expiresAt: number;
	readonly revokedAt?: number;
}

/** Which registrations are idle; instants in epoch milliseconds. */
export interface IdleSince {
	/** Not used since then. */
	readonly used: number;
	/** Registered before then, without an initial access token, and never used. */
	readonly registered: number;
}

export interface RegistrationStore {
	/**
	 * Adds a client and its registration; where an initial access token is named, takes one use of it in the same
	 * transaction, if it is genuine, alive and has one left.
	 *
	 * @returns `refused` when the token allows nothing, `full` when there are `limit` registrations: nothing was written.
	 */
	register(
		row: ClientRow,
		registration: Registration,
		about: { readonly limit: number; readonly now: number },
		events: readonly Event[],
	): Promise<"registered" | "refused" | "full">;
	find(clientId: string): Promise<{ readonly registration: Registration; readonly client: ClientRow } | undefined>;
	/**
	 * Replaces the client's row, if it is still as it was seen.
	 *
	 * @param seen the row that the new one was made of
	 * @param about `askAnew` takes back what people allowed it: the grants they made are dead
	 * @returns `changed` when somebody else changed it meanwhile, `gone` when there is no such registration any more: nothing was written.
	 */
	update(
		row: ClientRow,
		seen: Pick<ClientRow, "updatedAt" | "held">,
		about: { readonly askAnew: boolean },
		events: readonly Event[],
	): Promise<"updated" | "changed" | "gone">;
	/** Notes that the client was of use; what was noted less than a day ago is not written again. */
	touch(clientId: string, now: number): Promise<void>;
	/**
	 * Takes the client away with everything people allowed it, and its registration.
	 *
	 * @param unless it is idle no more, as {@link RegistrationStore.idle} has it
	 * @returns false when it was gone, or is not idle: nothing was written.
	 */
	remove(clientId: string, events: readonly Event[], unless?: IdleSince): Promise<boolean>;
	/** How many there are. */
	count(): Promise<number>;
	/** Those that are idle, the longest first. */
	idle(since: IdleSince, limit: number): Promise<readonly Registration[]>;
	addToken(token: RegistrationToken, events: readonly Event[]): Promise<void>;
	findToken(id: string): Promise<RegistrationToken | undefined>;
	/** Newest first, those too that are over. */
	tokens(): Promise<readonly RegistrationToken[]>;
	revokeToken(id: string, now: number, events: readonly Event[]): Promise<boolean>;
}

/** A client's logo as it was fetched. */
export interface Logo {
	readonly clientId: string;
	/** The `logo_uri` it came from: another one is fetched anew. */
	readonly uri: string;
	/** Absent while it could not be had. */
	readonly image?: { readonly mediaType: string; readonly bytes: Uint8Array };
	readonly fetchedAt: number;
	readonly failures: number;
}

/** What is known of a logo without its bytes. */
export interface KnownLogo extends Omit<Logo, "image"> {
	readonly shown: boolean;
}

/** Each change raises the version (in settings), so that every process shows it. */
export interface LogoStore {
	find(clientId: string): Promise<Logo | undefined>;
	/** All of them, for knowing what is to be fetched and what can be shown. */
	all(): Promise<readonly KnownLogo[]>;
	/** Inserts, or replaces the logo of the same client. */
	put(logo: Logo): Promise<void>;
	remove(clientId: string): Promise<void>;
}

/** How many refused guesses are kept of one person. */
export const refusedGuessesKept = 10;

/** One bounded counter: `kind` and a bucket below 65 536. */
export interface GuessBucket {
	readonly kind: "account" | "device" | "network" | "global";
	readonly bucket: number;
}

/** One place that a guess takes: in a window of `window` ms that begins with its first guess and has `limit` of them. */
export interface GuessPlace extends GuessBucket {
	readonly limit: number;
	readonly window: number;
	/** Refuses nobody when it is full: only `before` says so, and as much is written as if it were not. */
	readonly silent?: boolean;
}

/** A password that was wrong, as its owner may see it. What was typed is not here. */
export interface RefusedGuess {
	/** Epoch milliseconds. */
	readonly at: number;
	/** Where it was typed: to sign in, or on the account page to change it. */
	readonly door: "sign-in" | "account";
	readonly traceId: string;
	readonly userAgent?: string;
	/** The /24 or /48 that it came from. */
	readonly network: string;
}

export interface GuessStore {
	/**
	 * Takes one place in each bucket's window, all or none, before a guess is evaluated: of any number of racing callers at
	 * most `limit` get one (LG-04).
	 *
	 * @returns for each bucket how many places were taken before this one; or, when one is full, the instant its window ends.
	 */
	take(
		places: readonly GuessPlace[],
		now: number,
	): Promise<{ readonly taken: true; readonly before: readonly number[] } | { readonly taken: false; readonly until: number }>;
	/**
	 * Gives the places back: the guess was right, or was not evaluated.
	 *
	 * @param takenAt the `now` of {@link GuessStore.take}: a place of a window that is over is not given back to its successor
	 */
	giveBack(buckets: readonly GuessBucket[], takenAt: number): Promise<void>;
	/**
	 * Keeps the last {@link refusedGuessesKept} of a person, and as many for all names that are nobody's together: the same
	 * work for both (LG-01), and no stranger makes the store grow.
	 *
	 * @param personId absent for a name that is nobody's
	 */
	noteRefused(personId: string | undefined, refused: RefusedGuess): Promise<void>;
	/** Of a person, newest first. */
	refused(personId: string): Promise<readonly RefusedGuess[]>;
}

/** A signing key as the store keeps it. */
export interface KeyRow {
	readonly kid: string;
	readonly alg: string;
	/** The public JWK as JSON. */
	readonly publicJwk: string;
	/** The private key under the master key; gone when it may not sign any more. */
	readonly sealedPrivate?: string;
	readonly createdAt: number;
	/** From when on it signs; absent: it stands by, published. */
	readonly signsFrom?: number;
	/** Until when it signed. */
	readonly signsUntil?: number;
	/** Compromised: neither published nor believed, not even in hints. */
	readonly revokedAt?: number;
}

export interface KeyStore {
	all(): Promise<readonly KeyRow[]>;
	/** Adds and changes rows, in one transaction; if `expectVersion` is not the version of the keys, nothing is written and the answer is false. */
	put(rows: readonly KeyRow[], events: readonly Event[], expectVersion: number): Promise<boolean>;
	/** Rises with every `put`. */
	version(): Promise<number>;
}

export interface EventStore {
	/** Newest first. */
	list(filter: {
		readonly limit: number;
		readonly type?: string;
		readonly personId?: string;
		readonly clientId?: string;
		readonly grantId?: string;
		readonly before?: string;
	}): Promise<readonly Event[]>;
	/** About a person, newest first, without `code.redeemed`: that is the one event of each token flow, and told to nobody. */
	ofPerson(personId: string, limit: number): Promise<readonly Event[]>;
	append(events: readonly Event[]): Promise<void>;
}

/**
 * The single facts: what the store was made with, for refusing a foreign issuer or a wrong master key; which declaration it
 * holds; and, sealed, the key of pairwise subjects.
 */
type SettingName = "issuer" | "masterKeyCheck" | "declaredDigest" | "declaredRevision" | "pairwiseKey";

/** The few single facts about the store itself. */
export interface SettingStore {
	get(name: SettingName): Promise<string | undefined>;
	set(name: SettingName, value: string): Promise<void>;
	/** Sets what is not there yet. @returns the value that stands: of racing callers one wins, and all get to know it. */
	setFirst(name: SettingName, value: string): Promise<string>;
	epoch(): Promise<number>;
	/** @returns the epoch after the raise. */
	raiseEpoch(events: readonly Event[]): Promise<number>;
	/** Rises with every change of a client, a resource, a logo or a key: one cheap read tells a cache whether it is fresh. */
	version(): Promise<number>;
	/**
	 * Master key versions that refresh families still need, and until when at the latest (epoch ms). Which ones wrapped
	 * secrets and keys need, `tokens` reads from the wrapped values themselves.
	 */
	masterKeyVersionsInUse(now: number): Promise<readonly { readonly version: number; readonly until: number }[]>;
}

/** What opening a store takes. */
export interface StoreOptions {
	readonly tenant: string;
	readonly limits: Limits;
}
