import {
	type ClientRow,
	type Consent,
	type Credential,
	canonicalName,
	type Event,
	type Grant,
	type GrantStanding,
	type Person,
	type ResourceRow,
	type Session,
	type SessionStanding,
} from "../model/index.ts";
import type { Value } from "./connection.ts";
import type { KeyRow, KnownLogo, Logo, Logout, PersonRow, RefusedGuess, Registration, RegistrationToken } from "./store.ts";

/*
 * What a row looks like in the store, and the record it stands for. Lists of names are text with blanks between them,
 * as on the wire; whatever has a shape of its own is JSON; an absent member is null. The two records that each request
 * reads set their absent members afterwards instead of spreading them, which would cost as much as the query.
 */

type Building<T> = { -readonly [Name in keyof T]: T[Name] };

export interface TenantColumns {
	epoch: number;
	version: number;
	key_version: number;
}

export interface CredentialColumns {
	kind: "password";
	hash: string;
}

export interface GuessColumns {
	began_at: number;
	ends_at: number;
	taken: number;
}

export interface RefusedGuessColumns {
	slot: number;
	at: number;
	door: RefusedGuess["door"];
	trace_id: string;
	user_agent: string | null;
	network: string;
}

export function refusedGuessFrom(row: RefusedGuessColumns): RefusedGuess {
	return {
		at: row.at,
		door: row.door,
		traceId: row.trace_id,
		...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
		network: row.network,
	};
}

export interface PersonColumns {
	person_id: string;
	person_username: string;
	person_claims: string;
	person_groups: string;
	person_admin: number;
	person_enabled: number;
	person_managed_by: "file" | "store";
	person_created_at: number;
	person_updated_at: number;
	person_epoch: number;
	person_password_version: number;
}

export function personFrom(row: PersonColumns): Person {
	return {
		id: row.person_id,
		username: row.person_username,
		claims: JSON.parse(row.person_claims),
		groups: JSON.parse(row.person_groups),
		admin: row.person_admin === 1,
		enabled: row.person_enabled === 1,
		managedBy: row.person_managed_by,
		createdAt: row.person_created_at,
		updatedAt: row.person_updated_at,
		epoch: row.person_epoch,
		passwordVersion: row.person_password_version,
	};
}

export interface PersonRowColumns extends PersonColumns {
	person_canonical_name: string;
	person_held: number;
	person_removed_at: number | null;
	person_declared_disabled: number;
	person_declared_password_mac: string | null;
	credential_hash: string | null;
}

export function personRowFrom(row: PersonRowColumns): PersonRow {
	return {
		...personFrom(row),
		held: row.person_held === 1,
		...(row.person_removed_at === null ? {} : { removedAt: row.person_removed_at }),
		declaredDisabled: row.person_declared_disabled === 1,
		...(row.person_declared_password_mac === null ? {} : { declaredPasswordMac: row.person_declared_password_mac }),
		hasPassword: row.credential_hash !== null,
	};
}

export function credentialFrom(row: PersonRowColumns): Credential | undefined {
	return row.credential_hash === null ? undefined : { kind: "password", hash: row.credential_hash };
}

/** The one rule by which the column `enabled` follows from the three switches. */
export function isEnabled(row: Pick<PersonRow, "held" | "removedAt" | "declaredDisabled">): boolean {
	return !row.held && row.removedAt === undefined && !row.declaredDisabled;
}

/** The address under which a person may sign in too. */
export function canonicalAddress(claims: Person["claims"]): string | null {
	const { email } = claims;
	return typeof email === "string" && email !== "" ? canonicalName(email) : null;
}

/** In the order of the columns of `queries.addPerson`. */
export function personValues(row: PersonRow): readonly Value[] {
	return [
		...[row.id, row.username, JSON.stringify(row.claims), JSON.stringify(row.groups), row.admin, isEnabled(row), row.managedBy],
		...[row.createdAt, row.updatedAt, row.epoch, row.passwordVersion],
		...[row.held, row.removedAt, row.declaredDisabled, row.declaredPasswordMac],
		...[canonicalName(row.username), canonicalAddress(row.claims)],
	];
}

/** What of a session decides about a grant. */
interface SessionStateColumns {
	session_id: string;
	session_auth_time: number;
	session_amr: string;
	session_last_used_at: number;
	session_expires_at: number;
	session_ended_at: number | null;
}

export interface SessionColumns extends SessionStateColumns {
	session_secret_hash: Uint8Array;
	session_person_id: string;
	session_created_at: number;
	session_epoch: number;
	session_person_epoch: number;
	session_user_agent: string | null;
	session_network: string | null;
}

export function sessionFrom(row: SessionColumns): Session {
	return {
		id: row.session_id,
		secretHash: row.session_secret_hash,
		personId: row.session_person_id,
		authTime: row.session_auth_time,
		amr: names(row.session_amr),
		createdAt: row.session_created_at,
		lastUsedAt: row.session_last_used_at,
		expiresAt: row.session_expires_at,
		...(row.session_ended_at === null ? {} : { endedAt: row.session_ended_at }),
		epoch: row.session_epoch,
		personEpoch: row.session_person_epoch,
		...(row.session_user_agent === null ? {} : { userAgent: row.session_user_agent }),
		...(row.session_network === null ? {} : { network: row.session_network }),
	};
}

export function sessionStandingFrom(row: SessionColumns & PersonColumns & { store_epoch: number }): SessionStanding {
	return { session: sessionFrom(row), person: personFrom(row), epoch: row.store_epoch };
}

/** In the order of the columns of `queries.addSession`. */
export function sessionValues(s: Session): readonly Value[] {
	return [
		...[s.id, s.secretHash, s.personId, s.authTime, s.amr.join(" "), s.createdAt, s.lastUsedAt, s.expiresAt, s.endedAt],
		...[s.epoch, s.personEpoch, s.userAgent, s.network],
	];
}

export interface ConsentColumns {
	person_id: string;
	client_id: string;
	scope: string;
	epoch: number;
	granted_at: number;
	updated_at: number;
}

export function consentFrom(row: ConsentColumns): Consent {
	return {
		personId: row.person_id,
		clientId: row.client_id,
		scope: new Set(names(row.scope)),
		epoch: row.epoch,
		grantedAt: row.granted_at,
		updatedAt: row.updated_at,
	};
}

export interface GrantColumns {
	grant_id: string;
	grant_client_id: string;
	grant_person_id: string;
	grant_session_id: string;
	grant_scope: string;
	grant_requested_scope: string;
	grant_resource_named: number;
	grant_auth_time: number;
	grant_amr: string;
	grant_claims: string | null;
	grant_offline: number;
	grant_needs_consent: number;
	grant_generation: number;
	grant_rotated_at: number;
	grant_previous_rotated_at: number;
	grant_mac_key_version: number;
	grant_salt: Uint8Array;
	grant_created_at: number;
	grant_expires_at: number;
	grant_revoked_at: number | null;
	grant_redeemed_by: string;
	grant_rotated_by: string | null;
	grant_epoch: number;
	grant_person_epoch: number;
	grant_consent_epoch: number;
	grant_client_epoch: number;
}

/** What decides whether a grant lives, beside its own row; the parts are null where there is no such row. */
export interface ConditionColumns extends SessionStateColumns, PersonColumns {
	client_enabled: number | null;
	client_epoch: number | null;
	consent_scope: string | null;
	consent_epoch: number | null;
	store_epoch: number;
}

function grantFrom(row: GrantColumns): Grant {
	const grant: Building<Grant> = {
		id: row.grant_id,
		clientId: row.grant_client_id,
		personId: row.grant_person_id,
		sessionId: row.grant_session_id,
		scope: names(row.grant_scope),
		requestedScope: names(row.grant_requested_scope),
		resourceNamed: row.grant_resource_named === 1,
		authTime: row.grant_auth_time,
		amr: names(row.grant_amr),
		offline: row.grant_offline === 1,
		needsConsent: row.grant_needs_consent === 1,
		generation: row.grant_generation,
		rotatedAt: row.grant_rotated_at,
		previousRotatedAt: row.grant_previous_rotated_at,
		macKeyVersion: row.grant_mac_key_version,
		salt: row.grant_salt,
		createdAt: row.grant_created_at,
		expiresAt: row.grant_expires_at,
		redeemedBy: row.grant_redeemed_by,
		epoch: row.grant_epoch,
		personEpoch: row.grant_person_epoch,
		consentEpoch: row.grant_consent_epoch,
	};
	if (row.grant_claims !== null) grant.claims = row.grant_claims;
	if (row.grant_revoked_at !== null) grant.revokedAt = row.grant_revoked_at;
	if (row.grant_rotated_by !== null) grant.rotatedBy = row.grant_rotated_by;
	return grant;
}

function sessionStateFrom(row: SessionStateColumns): NonNullable<GrantStanding["session"]> {
	const session: Building<NonNullable<GrantStanding["session"]>> = {
		expiresAt: row.session_expires_at,
		lastUsedAt: row.session_last_used_at,
		amr: names(row.session_amr),
		authTime: row.session_auth_time,
	};
	if (row.session_ended_at !== null) session.endedAt = row.session_ended_at;
	return session;
}

/** In the order of the columns of `queries.addGrant`. */
export function grantValues(g: Grant, clientEpoch: number): readonly Value[] {
	return [
		...[g.id, g.clientId, g.personId, g.sessionId, g.scope.join(" "), g.requestedScope.join(" "), g.resourceNamed],
		...[g.authTime, g.amr.join(" "), g.claims, g.offline, g.needsConsent, g.generation, g.rotatedAt, g.previousRotatedAt],
		...[g.macKeyVersion, g.salt, g.createdAt, g.expiresAt, g.revokedAt, g.redeemedBy, g.rotatedBy],
		...[g.epoch, g.personEpoch, g.consentEpoch, clientEpoch],
	];
}

/** @param clientEpoch of the client as it was when the grant was made: another client of the same name has none of its grants */
export function standingOf(grant: Grant, clientEpoch: number, row: ConditionColumns): GrantStanding {
	return {
		grant,
		epoch: row.store_epoch,
		session: row.session_id === null ? undefined : sessionStateFrom(row),
		person: row.person_id === null ? undefined : personFrom(row),
		clientEnabled: row.client_enabled === 1 && row.client_epoch === clientEpoch,
		consent: row.consent_scope === null ? undefined : { scope: new Set(names(row.consent_scope)), epoch: row.consent_epoch ?? 0 },
	};
}

export function grantStandingFrom(row: GrantColumns & ConditionColumns): GrantStanding {
	return standingOf(grantFrom(row), row.grant_client_epoch, row);
}

export interface ClientColumns {
	id: string;
	metadata: string;
	secrets: string;
	managed_by: "file" | "store";
	held: number;
	removed_at: number | null;
	created_at: number;
	updated_at: number;
	registered_at: number | null;
	last_used_at: number | null;
}

export function clientFrom(row: ClientColumns): ClientRow {
	return {
		id: row.id,
		metadata: JSON.parse(row.metadata),
		secrets: JSON.parse(row.secrets),
		managedBy: row.managed_by,
		held: row.held === 1,
		...(row.removed_at === null ? {} : { removedAt: row.removed_at }),
		createdAt: row.created_at,
		updatedAt: row.updated_at,
		...(row.registered_at === null || row.last_used_at === null
			? {}
			: { registration: { registeredAt: row.registered_at, lastUsedAt: row.last_used_at } }),
	};
}

export interface RegistrationColumns {
	client_id: string;
	token_hash: Uint8Array;
	registered_at: number;
	last_used_at: number;
	registration_token_id: string | null;
}

export function registrationFrom(row: RegistrationColumns): Registration {
	return {
		clientId: row.client_id,
		tokenHash: row.token_hash,
		registeredAt: row.registered_at,
		lastUsedAt: row.last_used_at,
		...(row.registration_token_id === null ? {} : { registrationTokenId: row.registration_token_id }),
	};
}

export interface RegistrationTokenColumns {
	id: string;
	token_hash: Uint8Array;
	note: string | null;
	uses_left: number;
	created_at: number;
	expires_at: number;
	revoked_at: number | null;
}

export function registrationTokenFrom(row: RegistrationTokenColumns): RegistrationToken {
	return {
		id: row.id,
		tokenHash: row.token_hash,
		...(row.note === null ? {} : { note: row.note }),
		usesLeft: row.uses_left,
		createdAt: row.created_at,
		expiresAt: row.expires_at,
		...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
	};
}

export function resourceFrom(row: { declaration: string }): ResourceRow {
	return JSON.parse(row.declaration);
}

export interface KeyColumns {
	kid: string;
	alg: string;
	public_jwk: string;
	sealed_private: string | null;
	created_at: number;
	signs_from: number | null;
	signs_until: number | null;
	revoked_at: number | null;
}

export function keyFrom(row: KeyColumns): KeyRow {
	return {
		kid: row.kid,
		alg: row.alg,
		publicJwk: row.public_jwk,
		...(row.sealed_private === null ? {} : { sealedPrivate: row.sealed_private }),
		createdAt: row.created_at,
		...(row.signs_from === null ? {} : { signsFrom: row.signs_from }),
		...(row.signs_until === null ? {} : { signsUntil: row.signs_until }),
		...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
	};
}

export interface LogoutColumns {
	session_id: string;
	client_id: string;
	person_id: string;
	state: Logout["state"];
	ended_at: number;
	attempts: number;
	due_at: number | null;
	settled_at: number | null;
	reason: string | null;
}

export function logoutFrom(row: LogoutColumns): Logout {
	return {
		sessionId: row.session_id,
		clientId: row.client_id,
		personId: row.person_id,
		state: row.state,
		endedAt: row.ended_at,
		attempts: row.attempts,
		...(row.due_at === null ? {} : { dueAt: row.due_at }),
		...(row.settled_at === null ? {} : { settledAt: row.settled_at }),
		...(row.reason === null ? {} : { reason: row.reason }),
	};
}

export interface KnownLogoColumns {
	client_id: string;
	uri: string;
	shown: number;
	fetched_at: number;
	failures: number;
}

export function knownLogoFrom(row: KnownLogoColumns): KnownLogo {
	return { clientId: row.client_id, uri: row.uri, shown: row.shown === 1, fetchedAt: row.fetched_at, failures: row.failures };
}

export interface LogoColumns extends Omit<KnownLogoColumns, "shown"> {
	media_type: string | null;
	image: Uint8Array | null;
}

export function logoFrom(row: LogoColumns): Logo {
	return {
		clientId: row.client_id,
		uri: row.uri,
		...(row.image === null ? {} : { image: { mediaType: row.media_type ?? "", bytes: row.image } }),
		fetchedAt: row.fetched_at,
		failures: row.failures,
	};
}

export interface EventColumns {
	id: string;
	at: number;
	type: Event["type"];
	trace_id: string | null;
	person_id: string | null;
	client_id: string | null;
	session_id: string | null;
	grant_id: string | null;
	actor: NonNullable<Event["actor"]> | null;
	data: string | null;
}

export function eventFrom(row: EventColumns): Event {
	return {
		id: row.id,
		at: row.at,
		type: row.type,
		...(row.trace_id === null ? {} : { traceId: row.trace_id }),
		...(row.person_id === null ? {} : { personId: row.person_id }),
		...(row.client_id === null ? {} : { clientId: row.client_id }),
		...(row.session_id === null ? {} : { sessionId: row.session_id }),
		...(row.grant_id === null ? {} : { grantId: row.grant_id }),
		...(row.actor === null ? {} : { actor: row.actor }),
		...(row.data === null ? {} : { data: JSON.parse(row.data) }),
	};
}

/** Names that hold no blanks: scopes (RFC 6749 §3.3) and authentication methods. */
function names(text: string): readonly string[] {
	return text === "" ? [] : text.split(" ");
}
