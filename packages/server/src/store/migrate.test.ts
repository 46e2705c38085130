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

test("a store of a newer form is not touched", () => {
	const connection = migrated();
	connection.script(`pragma user_version = ${migrations.length + 1}`);
	expect(() => migrate(connection)).toThrow(StoreUnusable);
});

test("every query fits the tables, and none looks through a whole table that grows with people, sessions or grants", () => {
	const connection = migrated();
	const growing = /^(SCAN|SEARCH) (grants|g|grant_notes|sessions|s|people|p|credentials|consents|k|denied_tokens)\b/;
	// A client is removed by hand, once in a while.
	const { begin, commit, rollback, removeConsentsOfClient, ...hot } = queries;
	for (const [name, { text }] of Object.entries(hot)) {
		const plan = connection.all<{ detail: string }>({ text: `explain query plan ${text}` }).map(({ detail }) => detail);
		const slow = plan.filter((detail) => growing.test(detail) && !detail.includes("people_of_file") && !/\(tenant=\? AND /.test(detail));
		expect([name, slow]).toEqual([name, []]);
	}
	expect(connection.all<{ detail: string }>({ text: `explain query plan ${removeConsentsOfClient.text}` })[0]?.detail).toMatch(growing);
});

test("indexed is only what rises with time or is looked for by name", () => {
	const indexes = migrated().all<{ name: string }>({
		text: "select name from sqlite_master where type = 'index' and sql is not null order by name",
	});
	expect(indexes.map(({ name }) => name)).toEqual([
		"grants_by_session",
		"people_by_address",
		"people_by_name",
		"people_of_file",
		"sessions_by_person",
	]);
});
