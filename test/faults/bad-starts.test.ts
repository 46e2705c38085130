import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "../../examples/company/src/ports.ts";
import { type Ended, gatehouse, scratchFolder, startServer } from "../process.ts";

/** One clear sentence, without a stack, and the exit code that says that the operator must act. */
function expectSentence(ended: Ended, words: RegExp): void {
	expect(ended.code, ended.stderr).toBe(1);
	expect(ended.stderr).toMatch(words);
	expect(ended.stderr).not.toMatch(/\n\s+at /);
	expect(ended.stderr.trim().split("\n")).toHaveLength(1);
}

const configuration = (port: number, more: object = {}) =>
	JSON.stringify({
		issuer: `http://127.0.0.1:${port}`,
		listen: { port },
		store: { url: "sqlite:./data/gatehouse.db" },
		masterKey: { file: "./master.key" },
		...more,
	});

/** A store that a server has made and left in good order. */
async function madeStore() {
	const folder = scratchFolder();
	const port = await freePort();
	const config = folder.write("gatehouse.json", configuration(port));
	const server = await startServer(config, port);
	expect((await server.stop()).code).toBe(0);
	return { folder, port, config, database: join(folder.path, "data", "gatehouse.db"), [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const serve = (config: string, cwd: string) => gatehouse(["serve", "--config", config], { cwd });

test("a configuration with faults names them all, and nothing is made", async () => {
	using folder = scratchFolder();
	const config = folder.write(
		"gatehouse.json",
		configuration(4000, {
			issuer: "http://auth.company.com",
			listne: {},
			clients: [{ client_id: "a", redirect_uris: ["javascript:alert(1)"] }],
		}),
	);
	const ended = await serve(config, folder.path);
	expect(ended.code).toBe(1);
	for (const place of ["issuer", "listne", "clients[0].redirect_uris[0]"]) expect(ended.stderr).toContain(place);
	expect(ended.stderr).toContain("listen");
	expect(readdirSync(folder.path)).toEqual(["gatehouse.json"]);
});

test("a configuration file that is not there, or cannot be parsed", async () => {
	using folder = scratchFolder();
	expectSentence(await serve("nowhere.yaml", folder.path), /nowhere\.yaml/);
	expectSentence(await serve(folder.write("broken.json", "{"), folder.path), /broken\.json/);
});

test("a port that is taken: nothing is made", async () => {
	using folder = scratchFolder();
	const blocker = createServer();
	const port = await new Promise<number>((done) =>
		blocker.listen(0, "127.0.0.1", () => done((blocker.address() as { port: number }).port)),
	);
	const config = folder.write("gatehouse.json", configuration(port));
	expectSentence(await serve(config, folder.path), new RegExp(`${port} is taken`));
	expect(readdirSync(folder.path)).toEqual(["gatehouse.json"]);
	await new Promise((done) => blocker.close(done));
});

const foreign: readonly (readonly [string, Uint8Array])[] = [
	["text", Buffer.from("these are my holiday notes\n".repeat(300))],
	["a damaged database", Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(8000, 0x5a)])],
];

test.each(foreign)("a data file that is %s is refused and left as it is", async (_name, content) => {
	using folder = scratchFolder();
	mkdirSync(join(folder.path, "data"));
	const file = folder.write("data/gatehouse.db", content);
	const port = await freePort();
	expectSentence(await serve(folder.write("gatehouse.json", configuration(port)), folder.path), /gatehouse\.db/);
	expect(readFileSync(file).equals(content)).toBe(true);
	expect(existsSync(join(folder.path, "master.key"))).toBe(false);
});

test("another program's SQLite database is refused and left as it is", async () => {
	using folder = scratchFolder();
	mkdirSync(join(folder.path, "data"));
	const { DatabaseSync } = await import("node:sqlite");
	const file = join(folder.path, "data", "gatehouse.db");
	const db = new DatabaseSync(file);
	db.exec("create table recipes (name text); insert into recipes values ('soup')");
	db.close();
	const before = readFileSync(file);
	const port = await freePort();
	expectSentence(await serve(folder.write("gatehouse.json", configuration(port)), folder.path), /gatehouse\.db/);
	expect(readFileSync(file).equals(before)).toBe(true);
});

test("a store that was cut off is refused and left as it is", async () => {
	using store = await madeStore();
	const whole = readFileSync(store.database);
	const cut = whole.subarray(0, Math.floor(whole.length / 2) + 100);
	store.folder.write("data/gatehouse.db", cut);
	expectSentence(await serve(store.config, store.folder.path), /gatehouse\.db/);
	expect(readFileSync(store.database).equals(cut)).toBe(true);
});

test("a wrong master key, a missing one, and a broken one; the right one starts again", async () => {
	using store = await madeStore();
	const key = join(store.folder.path, "master.key");
	const right = readFileSync(key);
	const before = readFileSync(store.database);

	store.folder.write("master.key", Buffer.alloc(32, 1).toString("base64url"));
	expectSentence(await serve(store.config, store.folder.path), /master key/);
	store.folder.write("master.key", "short");
	expectSentence(await serve(store.config, store.folder.path), /masterKey/);
	rmSync(key);
	expectSentence(await serve(store.config, store.folder.path), /master key/);
	expect(existsSync(key)).toBe(false);
	expect(readFileSync(store.database).equals(before)).toBe(true);

	store.folder.write("master.key", right);
	const server = await startServer(store.config, store.port);
	expect((await server.stop()).code).toBe(0);
});

test("a store of another issuer", async () => {
	using store = await madeStore();
	const other = store.folder.write("other.json", configuration(store.port, { issuer: "http://localhost:4999" }));
	expectSentence(await serve(other, store.folder.path), /issuer/);
});

test("F-16 a folder that cannot be made or written", async () => {
	using folder = scratchFolder();
	folder.write("data", "a file stands where the folder should be");
	const port = await freePort();
	expectSentence(await serve(folder.write("gatehouse.json", configuration(port)), folder.path), /data/);
	if (process.getuid?.() !== 0) {
		const locked = join(folder.path, "locked");
		mkdirSync(locked);
		chmodSync(locked, 0o500);
		const config = folder.write("locked.json", configuration(port, { store: { url: `sqlite:${locked}/gatehouse.db` } }));
		expectSentence(await serve(config, folder.path), /locked/);
	}
});
