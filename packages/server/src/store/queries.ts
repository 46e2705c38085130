import type { Query } from "./connection.ts";
import type {
	ClientColumns,
	ConditionColumns,
	ConsentColumns,
	CredentialColumns,
	EventColumns,
	GrantColumns,
	GuessColumns,
	KeyColumns,
	KnownLogoColumns,
	LogoColumns,
	LogoutColumns,
	PersonColumns,
	PersonRowColumns,
	RefusedGuessColumns,
	RegistrationColumns,
	RegistrationTokenColumns,
	SessionColumns,
	TenantColumns,
} from "./rows.ts";
import { logoutsAtOnce } from "./store.ts";

/*
 * Every SQL text, once. Parameters are positional, and `$1` is always the tenant. What differs between databases lies
 * in the migrations, and in the three texts of a transaction at the end.
 */

function query<Row>(text: string): Query<Row> {
	return Object.freeze({ text });
}

function columns(alias: string, prefix: string, names: readonly string[]): string {
	return names.map((name) => `${alias}.${name} as ${prefix}_${name}`).join(", ");
}

function insert(table: string, names: readonly string[]): string {
	return `insert into ${table} (${["tenant", ...names].join(", ")}) values (${["tenant", ...names].map((_, i) => `$${i + 1}`).join(", ")})`;
}

function assign(names: readonly string[]): string {
	return names.map((name) => `${name} = excluded.${name}`).join(", ");
}

const person = [
	...["id", "username", "claims", "groups", "admin", "enabled", "managed_by"],
	...["created_at", "updated_at", "epoch", "password_version"],
] as const;
const personRow = [...person, "held", "removed_at", "declared_disabled", "declared_password_mac"] as const;
const sessionState = ["id", "auth_time", "amr", "last_used_at", "expires_at", "ended_at"] as const;
const session = [
	...["id", "secret_hash", "person_id", "auth_time", "amr", "created_at", "last_used_at", "expires_at", "ended_at"],
	...["epoch", "person_epoch", "user_agent", "network"],
] as const;
const grant = [
	...["id", "client_id", "person_id", "session_id", "scope", "requested_scope", "resource_named", "auth_time", "amr", "claims"],
	...["offline", "needs_consent", "generation", "rotated_at", "previous_rotated_at", "mac_key_version", "salt"],
	...["created_at", "expires_at", "revoked_at", "redeemed_by", "rotated_by", "epoch", "person_epoch", "consent_epoch", "client_epoch"],
] as const;
const client = ["id", "metadata", "secrets", "managed_by", "held", "removed_at", "enabled", "deleted", "created_at", "updated_at"] as const;
const logo = ["client_id", "uri", "media_type", "image", "fetched_at", "failures"];
const key = ["kid", "alg", "public_jwk", "sealed_private", "created_at", "signs_from", "signs_until", "revoked_at"] as const;
const event = ["id", "at", "type", "trace_id", "person_id", "client_id", "session_id", "grant_id", "actor", "data"] as const;
const refusedGuess = ["slot", "at", "door", "trace_id", "user_agent", "network"] as const;
const logout = ["session_id", "client_id", "person_id", "state", "ended_at", "attempts", "due_at", "settled_at", "reason"] as const;
const consent = ["person_id", "client_id", "scope", "epoch", "granted_at", "updated_at"] as const;

const registration = ["client_id", "token_hash", "registered_at", "last_used_at", "registration_token_id"] as const;
const registrationToken = ["id", "token_hash", "note", "uses_left", "created_at", "expires_at", "revoked_at"] as const;

const selectClient = `select ${client.map((name) => `c.${name}`).join(", ")}, r.registered_at, r.last_used_at
	from clients c left join registrations r on r.tenant = c.tenant and r.client_id = c.id`;

const selectPersonRow = `select ${columns("p", "person", personRow)}, p.canonical_name as person_canonical_name, c.hash as credential_hash
	from people p left join credentials c on c.tenant = p.tenant and c.person_id = p.id and c.kind = 'password'`;

/** Who is called so, by user name or by address; each half has its index. */
const named = `select id from people where tenant = $1 and canonical_name = $2
	union all select id from (select id from people where tenant = $1 and canonical_address = $2 limit 2) as addressed`;

const selectSession = `select ${columns("s", "session", session)}, ${columns("p", "person", person)}, t.epoch as store_epoch
	from sessions s
	join tenants t on t.tenant = s.tenant
	join people p on p.tenant = s.tenant and p.id = s.person_id`;

/** What decides whether a grant lives, beside its own row. */
const conditions = `${columns("s", "session", sessionState)}, ${columns("p", "person", person)},
	c.enabled as client_enabled, c.epoch as client_epoch, k.scope as consent_scope, k.epoch as consent_epoch, t.epoch as store_epoch`;

const selectStanding = `select ${columns("g", "grant", grant)}, ${conditions}
	from grants g
	join tenants t on t.tenant = g.tenant
	left join sessions s on s.tenant = g.tenant and s.id = g.session_id
	left join people p on p.tenant = g.tenant and p.id = g.person_id
	left join clients c on c.tenant = g.tenant and c.id = g.client_id
	left join consents k on k.tenant = g.tenant and k.person_id = g.person_id and k.client_id = g.client_id`;

/** Due by `$2`, and not of a client that is being told: as many names as can be, empty ones among them. */
const isDue = `tenant = $1 and due_at <= $2 and client_id not in (${Array.from({ length: logoutsAtOnce.clients }, (_, i) => `$${i + 3}`).join(", ")})`;

export const queries = {
	readTenant: query<TenantColumns>("select epoch, version, key_version from tenants where tenant = $1"),
	addTenant: query("insert into tenants (tenant, epoch, version, key_version) values ($1, 1, 1, 0) on conflict do nothing"),
	raiseVersion: query("update tenants set version = version + 1 where tenant = $1"),
	raiseEpoch: query("update tenants set epoch = epoch + 1 where tenant = $1"),
	raiseKeyVersion: query("update tenants set key_version = key_version + 1, version = version + 1 where tenant = $1 and key_version = $2"),
	readSetting: query<{ value: string }>("select value from settings where tenant = $1 and name = $2"),
	addSetting: query("insert into settings (tenant, name, value) values ($1, $2, $3) on conflict (tenant, name) do nothing"),
	writeSetting: query(
		"insert into settings (tenant, name, value) values ($1, $2, $3) on conflict (tenant, name) do update set value = excluded.value",
	),

	allClients: query<ClientColumns>(`${selectClient} where c.tenant = $1 and c.deleted = 0 order by c.id`),
	findClient: query<ClientColumns>(`${selectClient} where c.tenant = $1 and c.id = $2 and c.deleted = 0`),
	putClient: query(
		`${insert("clients", [...client, "epoch", "backchannel_logout_uri"])} on conflict (tenant, id)
		do update set ${assign([...client.filter((name) => name !== "id"), "backchannel_logout_uri"])}`,
	),
	removeClient: query(
		`update clients set deleted = 1, enabled = 0, epoch = epoch + 1, metadata = '{}', secrets = '[]', backchannel_logout_uri = null
		where tenant = $1 and id = $2 and deleted = 0 and managed_by = 'store'`,
	),
	/** For a client without grants: nothing of it need stay. */
	deleteClient: query("delete from clients where tenant = $1 and id = $2 and managed_by = 'store'"),
	/** Those that stand: of one that was withdrawn only its epoch is left. */
	removeConsentsOfClient: query("delete from consents where tenant = $1 and client_id = $2 and scope <> ''"),
	withdrawConsentsOfClient: query(
		"update consents set scope = '', epoch = epoch + 1, updated_at = $3 where tenant = $1 and client_id = $2 and scope <> ''",
	),
	allResources: query<{ declaration: string }>("select declaration from resources where tenant = $1 order by identifier"),
	putResource: query(
		`${insert("resources", ["identifier", "declaration"])} on conflict (tenant, identifier) do update set declaration = excluded.declaration`,
	),

	findRegistration: query<RegistrationColumns>(`select ${registration.join(", ")} from registrations where tenant = $1 and client_id = $2`),
	countRegistrations: query<{ count: number }>("select count(*) as count from registrations where tenant = $1"),
	addRegistration: query(insert("registrations", registration)),
	touchRegistration: query("update registrations set last_used_at = $3 where tenant = $1 and client_id = $2"),
	removeRegistration: query("delete from registrations where tenant = $1 and client_id = $2"),
	/** `$2` is the earlier of the two instants, `$3` the later. */
	idleRegistrations: query<RegistrationColumns>(
		`select ${registration.join(", ")} from registrations where tenant = $1 and last_used_at < $3
		and (last_used_at < $2 or (last_used_at = registered_at and registration_token_id is null)) order by last_used_at limit $4`,
	),

	allRegistrationTokens: query<RegistrationTokenColumns>(
		`select ${registrationToken.join(", ")} from registration_tokens where tenant = $1 order by id desc`,
	),
	findRegistrationToken: query<RegistrationTokenColumns>(
		`select ${registrationToken.join(", ")} from registration_tokens where tenant = $1 and id = $2`,
	),
	addRegistrationToken: query(`${insert("registration_tokens", registrationToken)} on conflict do nothing`),
	useRegistrationToken: query(
		`update registration_tokens set uses_left = uses_left - 1
		where tenant = $1 and id = $2 and uses_left > 0 and revoked_at is null and expires_at > $3`,
	),
	revokeRegistrationToken: query("update registration_tokens set revoked_at = $3 where tenant = $1 and id = $2 and revoked_at is null"),

	findPerson: query<PersonRowColumns>(`${selectPersonRow} where p.tenant = $1 and p.id = $2`),
	/** Two rows at most: whoever has the name, else the only two that need be known of who have the address. */
	findPersonByName: query<PersonRowColumns>(
		`${selectPersonRow} where p.tenant = $1 and p.id in (${named})
		order by case when p.canonical_name = $2 then 0 else 1 end limit 2`,
	),
	listPeople: query<PersonRowColumns>(
		`${selectPersonRow} where p.tenant = $1 and p.canonical_name > $2 order by p.canonical_name limit $3`,
	),
	declaredPeople: query<PersonRowColumns>(`${selectPersonRow} where p.tenant = $1 and p.managed_by = 'file' order by p.id`),
	isNameTaken: query<{ id: string }>(`select id from people where tenant = $1 and id <> $3 and id in (${named}) limit 1`),
	addPerson: query(`${insert("people", [...personRow, "canonical_name", "canonical_address"])} on conflict do nothing`),
	changePerson: query(
		`update people set username = $3, canonical_name = $4, canonical_address = $5, claims = $6, groups = $7, admin = $8,
		declared_password_mac = $9, updated_at = $10 where tenant = $1 and id = $2`,
	),
	switchPerson: query(
		`update people set held = $3, removed_at = $4, declared_disabled = $5, enabled = $6, epoch = epoch + $7, updated_at = $8
		where tenant = $1 and id = $2`,
	),
	passwordChanged: query(
		`update people set password_version = password_version + 1, epoch = epoch + $3, declared_password_mac = coalesce($4, declared_password_mac),
		updated_at = $5 where tenant = $1 and id = $2`,
	),
	readCredential: query<CredentialColumns>("select kind, hash from credentials where tenant = $1 and person_id = $2"),
	writeCredential: query(
		`${insert("credentials", ["person_id", "kind", "hash"])} on conflict (tenant, person_id, kind) do update set hash = excluded.hash`,
	),

	findSession: query<SessionColumns & PersonColumns & { store_epoch: number }>(`${selectSession} where s.tenant = $1 and s.id = $2`),
	/** Those of a person that may be alive; `isLive` decides. */
	sessionsOfPerson: query<SessionColumns & PersonColumns & { store_epoch: number }>(
		`${selectSession} where s.tenant = $1 and s.person_id = $2 and s.ended_at is null and s.expires_at > $3 order by s.id`,
	),
	newestSessions: query<SessionColumns & PersonColumns & { store_epoch: number }>(
		`${selectSession} where s.tenant = $1 and s.id < $2 and s.ended_at is null and s.expires_at > $3 and s.epoch = t.epoch order by s.id desc limit $4`,
	),
	addSession: query(`${insert("sessions", session)} on conflict do nothing`),
	continueSession: query(
		`update sessions set secret_hash = $3, auth_time = $4, amr = $5, last_used_at = $4, expires_at = $6, user_agent = $7, network = $8
		where tenant = $1 and id = $2`,
	),
	changeSecret: query("update sessions set secret_hash = $3, last_used_at = $4 where tenant = $1 and id = $2 and ended_at is null"),
	touchSession: query("update sessions set last_used_at = $3 where tenant = $1 and id = $2 and last_used_at < $3 and ended_at is null"),
	endSession: query("update sessions set ended_at = $3 where tenant = $1 and id = $2 and ended_at is null"),
	endSessionsOfPerson: query("update sessions set ended_at = $3 where tenant = $1 and person_id = $2 and id <> $4 and ended_at is null"),

	/** Who took part is told, once for each; a client of the same name that came later is not the one that did. */
	addLogouts: query(
		`insert into logouts (tenant, session_id, client_id, person_id, state, ended_at, attempts, due_at)
		select g.tenant, g.session_id, g.client_id, g.person_id,
			case when max(c.backchannel_logout_uri) is null then 'untold' else 'waiting' end, $3, 0,
			case when max(c.backchannel_logout_uri) is null then null else $3 end
		from grants g left join clients c on c.tenant = g.tenant and c.id = g.client_id and c.epoch = g.client_epoch
		where g.tenant = $1 and g.session_id = $2 group by g.tenant, g.session_id, g.client_id, g.person_id`,
	),
	logoutsOfSession: query<LogoutColumns>(
		`select ${logout.join(", ")} from logouts where tenant = $1 and session_id = $2 order by client_id`,
	),
	findLogout: query<LogoutColumns>(`select ${logout.join(", ")} from logouts where tenant = $1 and session_id = $2 and client_id = $3`),
	clientToTell: query<{ client_id: string }>(`select client_id from logouts where ${isDue} order by due_at, session_id limit 1`),
	dueLogouts: query<LogoutColumns>(
		`select ${logout.join(", ")} from logouts where tenant = $1 and due_at <= $2 and client_id = $3 order by due_at, session_id limit $4`,
	),
	leaseLogout: query("update logouts set due_at = $4, attempts = attempts + 1 where tenant = $1 and session_id = $2 and client_id = $3"),
	settleLogout: query(
		`update logouts set state = $4, due_at = $5, settled_at = $6, reason = $7
		where tenant = $1 and session_id = $2 and client_id = $3 and state = 'waiting'`,
	),

	findConsent: query<ConsentColumns>(`select ${consent.join(", ")} from consents where tenant = $1 and person_id = $2 and client_id = $3`),
	consentsOfPerson: query<ConsentColumns>(
		`select ${consent.join(", ")} from consents where tenant = $1 and person_id = $2 and scope <> '' order by client_id`,
	),
	putConsent: query(
		`${insert("consents", consent)} on conflict (tenant, person_id, client_id)
		do update set ${assign(["scope", "epoch", "granted_at", "updated_at"])}`,
	),

	findGrant: query<GrantColumns & ConditionColumns>(`${selectStanding} where g.tenant = $1 and g.id = $2`),
	/** Through the sessions they began in; `whyRefused` decides which are alive. */
	grantsOfPerson: query<GrantColumns & ConditionColumns>(
		`${selectStanding} where g.tenant = $1 and g.revoked_at is null and g.expires_at > $3
		and g.session_id in (select id from sessions where tenant = $1 and person_id = $2) and g.person_id = $2`,
	),
	/** What decides about a code, before its grant has a row: `$2` session, `$3` person, `$4` client. */
	readConditions: query<ConditionColumns>(
		`select ${conditions}
		from tenants t
		left join sessions s on s.tenant = t.tenant and s.id = $2
		left join people p on p.tenant = t.tenant and p.id = $3
		left join clients c on c.tenant = t.tenant and c.id = $4
		left join consents k on k.tenant = t.tenant and k.person_id = $3 and k.client_id = $4
		where t.tenant = $1`,
	),
	addGrant: query(`${insert("grants", grant)} on conflict do nothing`),
	rotateGrant: query(
		`update grants set generation = generation + 1, previous_rotated_at = rotated_at, rotated_at = $4, rotated_by = $5
		where tenant = $1 and id = $2 and generation = $3 and revoked_at is null`,
	),
	revokeGrant: query("update grants set revoked_at = $3 where tenant = $1 and id = $2 and revoked_at is null"),
	noteGrant: query(
		`insert into grant_notes (tenant, grant_id, type) select tenant, id, $3 from grants where tenant = $1 and id = $2 on conflict do nothing`,
	),
	noteMasterKey: query(
		`${insert("master_key_uses", ["version", "until"])} on conflict (tenant, version) do update set until = excluded.until
		where master_key_uses.until < excluded.until`,
	),
	masterKeyUses: query<{ version: number; until: number }>(
		"select version, until from master_key_uses where tenant = $1 and until > $2 order by version",
	),

	denyToken: query(`${insert("denied_tokens", ["jti", "expires_at"])} on conflict do nothing`),
	isDenied: query<{ jti: string }>("select jti from denied_tokens where tenant = $1 and jti = $2"),

	/** What has expired may be used again. */
	useOnce: query(
		`${insert("used_once", ["purpose", "hash", "expires_at", "used_by"])} on conflict (tenant, purpose, hash)
		do update set expires_at = excluded.expires_at, used_by = excluded.used_by where used_once.expires_at <= $6`,
	),
	usedBy: query<{ used_by: string }>("select used_by from used_once where tenant = $1 and purpose = $2 and hash = $3"),
	/** Two at most: with each that is added, so that they become fewer and no single use pays for all. */
	sweepUsedOnce: query(
		`delete from used_once where (tenant, purpose, hash) in
		(select tenant, purpose, hash from used_once where tenant = $1 and expires_at <= $2 limit 2)`,
	),

	readGuesses: query<GuessColumns>("select began_at, ends_at, taken from guesses where tenant = $1 and kind = $2 and bucket = $3"),
	writeGuesses: query(
		`${insert("guesses", ["kind", "bucket", "began_at", "ends_at", "taken"])} on conflict (tenant, kind, bucket)
		do update set ${assign(["began_at", "ends_at", "taken"])}`,
	),
	giveGuessBack: query(
		`update guesses set taken = taken - 1
		where tenant = $1 and kind = $2 and bucket = $3 and began_at <= $4 and ends_at > $4 and taken > 0`,
	),
	/** The oldest first: it is the one that goes. */
	refusedGuesses: query<RefusedGuessColumns>(
		`select ${refusedGuess.join(", ")} from refused_guesses where tenant = $1 and person_id = $2 order by at, slot`,
	),
	putRefusedGuess: query(
		`${insert("refused_guesses", ["person_id", ...refusedGuess])} on conflict (tenant, person_id, slot)
		do update set ${assign(refusedGuess.filter((name) => name !== "slot"))}`,
	),

	findLogo: query<LogoColumns>(`select ${logo.join(", ")} from logos where tenant = $1 and client_id = $2`),
	allLogos: query<KnownLogoColumns>(
		"select client_id, uri, image is not null as shown, fetched_at, failures from logos where tenant = $1 order by client_id",
	),
	putLogo: query(
		`${insert("logos", logo)} on conflict (tenant, client_id) do update set ${assign(logo.filter((name) => name !== "client_id"))}`,
	),
	removeLogo: query("delete from logos where tenant = $1 and client_id = $2"),

	allKeys: query<KeyColumns>(`select ${key.join(", ")} from signing_keys where tenant = $1 order by created_at, kid`),
	putKey: query(`${insert("signing_keys", key)} on conflict (tenant, kid) do update set ${assign(key.filter((name) => name !== "kid"))}`),

	addEvent: query(`${insert("events", event)} on conflict do nothing`),
	findEvent: query<{ id: string }>("select id from events where tenant = $1 and id = $2"),
	listEvents: query<EventColumns>(
		`select ${event.join(", ")} from events where tenant = $1 and id < $2
		and (cast($3 as text) is null or type = $3) and (cast($4 as text) is null or person_id = $4)
		and (cast($5 as text) is null or client_id = $5) and (cast($6 as text) is null or grant_id = $6)
		order by id desc limit $7`,
	),
	/** The inner half says word by word what the index `events_by_person` says of itself. */
	eventsOfPerson: query<EventColumns>(
		`select ${event.join(", ")} from events where tenant = $1 and id in
		(select id from events where tenant = $1 and person_id = $2 and type <> 'code.redeemed' order by id desc limit $3) order by id desc`,
	),

	begin: query("begin immediate"),
	commit: query("commit"),
	rollback: query("rollback"),
} as const;
