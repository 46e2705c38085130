/**
 * What clients bring along themselves: registrations and the tokens that allow them, what they signed and may use once,
 * their logos; and what they are to be told: that a session ended.
 */
export const clientsAndLogout = `
-- What may be used once, until it expires by itself; nothing that came from outside is kept but as a hash.
create table used_once (
	tenant text not null,
	purpose text not null,
	hash blob not null,
	expires_at integer not null,
	used_by text not null,
	primary key (tenant, purpose, hash)
) strict, without rowid;
create index used_once_by_end on used_once (tenant, expires_at);

-- Where a client is told that a session ended; copied from its metadata, so that ending a session reads no JSON.
alter table clients add column backchannel_logout_uri text;
update clients set backchannel_logout_uri = metadata ->> 'backchannel_logout_uri' where deleted = 0;

-- One row for each (session, client) that took part: the receipt of a sign-out. state: waiting, confirmed, failed, untold.
create table logouts (
	tenant text not null,
	session_id text not null,
	client_id text not null,
	person_id text not null,
	state text not null check (state in ('waiting', 'confirmed', 'failed', 'untold')),
	ended_at integer not null,
	attempts integer not null,
	due_at integer,
	settled_at integer,
	reason text,
	primary key (tenant, session_id, client_id)
) strict, without rowid;
create index logouts_due on logouts (tenant, due_at) where due_at is not null;

-- Clients that registered themselves: the token that manages them, and when they were last of use.
create table registrations (
	tenant text not null,
	client_id text not null,
	token_hash blob not null,
	registered_at integer not null,
	last_used_at integer not null,
	registration_token_id text,
	primary key (tenant, client_id)
) strict, without rowid;
create index registrations_by_use on registrations (tenant, last_used_at);

-- What people allowed a client, for when it goes, or is another by its redirect URIs.
-- Only what stands: so no search for one person's consent goes this way, which is longer than the primary key's.
create index consents_by_client on consents (client_id) where scope <> '';

-- Initial access tokens (RFC 7591 §3), given out by an operator.
create table registration_tokens (
	tenant text not null,
	id text not null,
	token_hash blob not null,
	note text,
	uses_left integer not null check (uses_left >= 0),
	created_at integer not null,
	expires_at integer not null,
	revoked_at integer,
	primary key (tenant, id)
) strict, without rowid;

-- The logo that a client names, as it was fetched once; without an image while it could not be had.
create table logos (
	tenant text not null,
	client_id text not null,
	uri text not null,
	media_type text,
	image blob,
	fetched_at integer not null,
	failures integer not null,
	primary key (tenant, client_id)
) strict;
`;
