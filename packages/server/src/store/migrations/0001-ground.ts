/**
 * Ids are UUIDv7 text, so that rows are appended in the order of time; nothing random is indexed. Instants are epoch
 * milliseconds. Wide rows keep SQLite's own row number beside the key; narrow ones are stored inside it (`without rowid`).
 */
export const ground = `
create table tenants (
	tenant text not null primary key,
	epoch integer not null,
	version integer not null,
	key_version integer not null
) strict, without rowid;

create table settings (
	tenant text not null,
	name text not null,
	value text not null,
	primary key (tenant, name)
) strict, without rowid;

-- A removed client stays as a row without content: its epoch has risen, so that another of its name inherits no grants.
create table clients (
	tenant text not null,
	id text not null,
	metadata text not null,
	secrets text not null,
	managed_by text not null check (managed_by in ('file', 'store')),
	held integer not null,
	removed_at integer,
	enabled integer not null,
	deleted integer not null,
	epoch integer not null,
	created_at integer not null,
	updated_at integer not null,
	primary key (tenant, id)
) strict;

create table resources (
	tenant text not null,
	identifier text not null,
	declaration text not null,
	primary key (tenant, identifier)
) strict;

create table people (
	tenant text not null,
	id text not null,
	username text not null,
	canonical_name text not null,
	canonical_address text,
	claims text not null,
	groups text not null,
	admin integer not null,
	managed_by text not null check (managed_by in ('file', 'store')),
	held integer not null,
	removed_at integer,
	declared_disabled integer not null,
	enabled integer not null,
	declared_password_mac text,
	epoch integer not null,
	password_version integer not null,
	created_at integer not null,
	updated_at integer not null,
	primary key (tenant, id)
) strict;
create unique index people_by_name on people (tenant, canonical_name);
create index people_by_address on people (tenant, canonical_address) where canonical_address is not null;
create index people_of_file on people (tenant, id) where managed_by = 'file';

create table credentials (
	tenant text not null,
	person_id text not null,
	kind text not null,
	hash text not null,
	primary key (tenant, person_id, kind)
) strict, without rowid;

create table sessions (
	tenant text not null,
	id text not null,
	secret_hash blob not null,
	person_id text not null,
	auth_time integer not null,
	amr text not null,
	created_at integer not null,
	last_used_at integer not null,
	expires_at integer not null,
	ended_at integer,
	epoch integer not null,
	person_epoch integer not null,
	user_agent text,
	network text,
	primary key (tenant, id)
) strict;
create index sessions_by_person on sessions (tenant, person_id, id);

create table consents (
	tenant text not null,
	person_id text not null,
	client_id text not null,
	scope text not null,
	epoch integer not null,
	granted_at integer not null,
	updated_at integer not null,
	primary key (tenant, person_id, client_id)
) strict, without rowid;

create table grants (
	tenant text not null,
	id text not null,
	client_id text not null,
	person_id text not null,
	session_id text not null,
	scope text not null,
	requested_scope text not null,
	resource_named integer not null,
	auth_time integer not null,
	amr text not null,
	claims text,
	offline integer not null,
	needs_consent integer not null,
	generation integer not null,
	rotated_at integer not null,
	previous_rotated_at integer not null,
	mac_key_version integer not null,
	salt blob not null,
	created_at integer not null,
	expires_at integer not null,
	revoked_at integer,
	redeemed_by text not null,
	rotated_by text,
	epoch integer not null,
	person_epoch integer not null,
	consent_epoch integer not null,
	client_epoch integer not null,
	primary key (tenant, id)
) strict;
create index grants_by_session on grants (tenant, session_id);

-- What was noted about a grant already, so that it is noted once.
create table grant_notes (
	tenant text not null,
	grant_id text not null,
	type text not null,
	primary key (tenant, grant_id, type)
) strict, without rowid;

create table denied_tokens (
	tenant text not null,
	jti text not null,
	expires_at integer not null,
	primary key (tenant, jti)
) strict, without rowid;

create table guesses (
	tenant text not null,
	kind text not null check (kind in ('account', 'device', 'network', 'global')),
	bucket integer not null check (bucket between 0 and 65535),
	began_at integer not null,
	ends_at integer not null,
	taken integer not null,
	primary key (tenant, kind, bucket)
) strict, without rowid;

create table signing_keys (
	tenant text not null,
	kid text not null,
	alg text not null,
	public_jwk text not null,
	sealed_private text,
	created_at integer not null,
	signs_from integer,
	signs_until integer,
	revoked_at integer,
	primary key (tenant, kid)
) strict;

-- Until when refresh families need a master key, rounded up so that few redemptions write here.
create table master_key_uses (
	tenant text not null,
	version integer not null,
	until integer not null,
	primary key (tenant, version)
) strict, without rowid;

create table events (
	tenant text not null,
	id text not null,
	at integer not null,
	type text not null,
	trace_id text,
	person_id text,
	client_id text,
	session_id text,
	grant_id text,
	actor text,
	data text,
	primary key (tenant, id)
) strict, without rowid;
`;
