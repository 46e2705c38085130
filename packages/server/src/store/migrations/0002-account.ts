/**
 * What the account page reads. The events of a person are found by an index that leaves out `code.redeemed`, the only one
 * that the flow of tokens writes, so that redeeming costs what it did. Refused guesses are rings: of each person, and one
 * (without a person) of all names that are nobody's.
 */
export const account = `
-- With the type in it the index answers alone; else SQLite, which knows no numbers, would look through the whole tenant.
create index events_by_person on events (tenant, person_id, id, type) where person_id is not null and type <> 'code.redeemed';

create table refused_guesses (
	tenant text not null,
	person_id text not null,
	slot integer not null check (slot between 0 and 9),
	at integer not null,
	door text not null check (door in ('sign-in', 'account')),
	trace_id text not null,
	user_agent text,
	network text not null,
	primary key (tenant, person_id, slot)
) strict, without rowid;
`;
