import { expect, onTestFinished, test } from "vitest";
import { Connection } from "./connection.ts";
import { applicationId, migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { queries } from "./queries.ts";
import { StoreUnusable } from "./store.ts";

function migrated(): Connection {
	const connection = new Connection(":memory:");
	onTestFinished(() => connection.close());
	migrate(connection);
	return connection;
}

const tables = { text: "select name, sql from sqlite_master where type = 'table'" };

test("every table is strict and has a tenant in its key", () => {
	const found = migrated().all<{ name: string; sql: string }>(tables);
	expect(found.length).toBeGreaterThan(10);
	for (const { name, sql } of found) {
		expect([name, /\) strict\b/.test(sql)]).toEqual([name, true]);
		expect([name, /primary key \(tenant\b|tenant text not null primary key/.test(sql)]).toEqual([name, true]);
	}
});

test("migrations are done once, each is numbered, and the file is marked as ours", () => {
	const connection = migrated();
	migrate(connection);
	expect([connection.pragma("application_id"), connection.pragma("user_version")]).toEqual([applicationId, migrations.length]);
});

test("F-29 a store of the first form takes the second: its rows are as they were, and what happened to a person is found", () => {
	const connection = new Connection(":memory:");
	onTestFinished(() => connection.close());
	connection.script(`${migrations[0]}; pragma application_id = ${applicationId}; pragma user_version = 1`);
	for (const [id, type] of [
		["1", "session.started"],
		["2", "code.redeemed"],
		["3", "consent.granted"],
	])
		connection.run(queries.addEvent, "default", id, 1, type, null, "alice", null, null, null, null, null);
	connection.run(queries.addEvent, "default", "4", 1, "file.applied", null, null, null, null, null, "file", null);
	const before = connection.all(queries.listEvents, "default", "~", null, null, null, null, 9);
	migrate(connection);
	expect(connection.pragma("user_version")).toBe(migrations.length);
	expect(connection.all(queries.listEvents, "default", "~", null, null, null, null, 9)).toEqual(before);
	expect(connection.all(queries.eventsOfPerson, "default", "alice", 9).map(({ id }) => id)).toEqual(["3", "1"]);
	expect(connection.all(queries.refusedGuesses, "default", "alice")).toEqual([]);
});

test("a store of a newer form is not touched", () => {
	const connection = migrated();
	connection.script(`pragma user_version = ${migrations.length + 1}`);
	expect(() => migrate(connection)).toThrow(StoreUnusable);
});

test("every query fits the tables, and none looks through a whole table that grows with people, sessions or grants", () => {
	const connection = migrated();
	const growing =
		/^(SCAN|SEARCH) (grants|g|grant_notes|sessions|s|people|p|credentials|consents|k|denied_tokens|events|refused_guesses|used_once|logouts|registrations)\b/;
	// Events are searched by whoever operates, newest first and a page at a time.
	// Registrations have an end: they are counted so that they do.
	const { begin, commit, rollback, listEvents, countRegistrations, ...hot } = queries;
	for (const [name, { text }] of Object.entries(hot)) {
		const plan = connection.all<{ detail: string }>({ text: `explain query plan ${text}` }).map(({ detail }) => detail);
		const found = /\(tenant=\? AND |people_of_file|\(client_id=\? AND tenant=\?\)/;
		const slow = plan.filter((detail) => growing.test(detail) && !found.test(detail));
		expect([name, slow]).toEqual([name, []]);
	}
	expect(connection.all<{ detail: string }>({ text: `explain query plan ${listEvents.text}` })[0]?.detail).toMatch(growing);
});

test("redeeming a code touches no index of events, and the events of a person are found by one", () => {
	const connection = migrated();
	const indexed = () =>
		Number(
			connection.all<{ n: number }>({
				text: "select count(*) as n from events indexed by events_by_person where person_id is not null and type <> 'code.redeemed'",
			})[0]?.n,
		);
	connection.run(queries.addEvent, "default", "1", 1, "code.redeemed", null, "alice", null, null, null, null, null);
	expect(indexed()).toBe(0);
	connection.run(queries.addEvent, "default", "2", 1, "session.started", null, "alice", null, null, null, null, null);
	expect(indexed()).toBe(1);
	const plan = connection.all<{ detail: string }>({ text: `explain query plan ${queries.eventsOfPerson.text}` });
	expect(plan.map(({ detail }) => detail).join()).toContain("INDEX events_by_person (tenant=? AND person_id=?)");
});

test("indexed is only what rises with time or is looked for by name", () => {
	const indexes = migrated().all<{ name: string }>({
		text: "select name from sqlite_master where type = 'index' and sql is not null order by name",
	});
	expect(indexes.map(({ name }) => name)).toEqual([
		"consents_by_client",
		"events_by_person",
		"grants_by_session",
		"logouts_due",
		"people_by_address",
		"people_by_name",
		"people_of_file",
		"registrations_by_use",
		"sessions_by_person",
		"used_once_by_end",
	]);
});
