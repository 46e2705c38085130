import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commandLine } from "../../test/command-line.ts";
import { beginGrant, beginSession, start } from "../../test/management-ground.ts";
import { ensureKeys } from "../management/keys.ts";
import { verbs } from "./program.ts";

let line: ReturnType<typeof commandLine>;
beforeEach(() => {
	line = commandLine();
});
afterEach(() => line.end());

const config = "--config gatehouse.json";
const portal = {
	client_id: "portal",
	client_name: "Portal",
	redirect_uris: ["https://portal.example/cb"],
	grant_types: ["authorization_code", "refresh_token"],
};

/** Freezes what a command answers to scripts; `kid`s differ from run to run. */
async function frozen(name: string, json: string): Promise<void> {
	const text = json.replaceAll(/"kid": "[\w-]{43}"/g, '"kid": "…"').replaceAll(line.folder, "…");
	await expect(text).toMatchFileSnapshot(join(import.meta.dirname, `../../test/golden/command/${name}.json`));
}

test("every verb of the interface is there, and no other", () => {
	expect(verbs.map(({ name }) => name)).toEqual([
		"serve",
		"check",
		...["user add", "user list", "user show", "user password", "user disable", "user enable"],
		...["client add", "client list", "client show", "client rotate-secret", "client disable", "client enable", "client remove"],
		...["session list", "session receipt", "session end", "consent list", "consent revoke"],
		...["registration-token create", "registration-token list", "registration-token revoke", "event list"],
		...["keys list", "keys rotate", "keys rotate-master", "epoch raise"],
	]);
});

test("what each verb answers to scripts is frozen", () => {
	const files = readdirSync(join(import.meta.dirname, "../../test/golden/command"));
	const answering = verbs.filter(({ name }) => name !== "serve").map(({ name }) => `${name.replace(" ", "-")}.json`);
	expect(files).toEqual(expect.arrayContaining(answering));
});

test("serve loads the configuration and hands it on; a faulty one stops it with every fault", async () => {
	expect(await line.run(`serve ${config}`)).toEqual({ code: 0, out: "", err: "" });
	expect(await line.run("serve")).toMatchObject({ code: 0 });
	expect(line.served).toEqual(["http://localhost:4000", "http://localhost:4000"]);
	line.put("bad.json", { isuer: "x", listen: { port: -1 } });
	const { code, out, err } = await line.run("serve --config bad.json");
	expect({ code, out }).toEqual({ code: 1, out: "" });
	expect(err).toBe(
		`gatehouse: ${line.folder}/bad.json has 2 faults:\n  isuer is not known here; did you mean \`issuer\`?\n  listen.port must be a whole number from 0 to 65535, and is -1\n`,
	);
	expect(line.served).toHaveLength(2);
});

test("a port that is taken is one clear sentence", async () => {
	const serve = () =>
		Promise.reject(
			Object.assign(new Error("listen EADDRINUSE"), { code: "EADDRINUSE", syscall: "listen", address: "127.0.0.1", port: 4000 }),
		);
	expect(await line.run(`serve ${config}`, "", { serve })).toEqual({
		code: 1,
		out: "",
		err: "gatehouse: 127.0.0.1:4000 is taken: stop the process that has it, or choose another `listen.port`\n",
	});
});

test("F-16 what only looks makes no store where there is none", async () => {
	for (const words of [
		"user list",
		"client list",
		"session list",
		"keys list",
		"keys rotate",
		"epoch raise",
		"user show alice",
		"consent list --user alice",
		"event list",
		"registration-token list",
	]) {
		const { code, err } = await line.run(`${words} ${config}`);
		expect({ words, code }).toEqual({ words, code: 1 });
		expect(err).toBe(`gatehouse: there is no store ${line.folder}/data.db yet: \`gatehouse serve\` makes it, or correct \`store.url\`\n`);
	}
	expect(await line.run(`check ${config}`)).toMatchObject({ code: 0 });
	expect(line.hasStore()).toBe(false);
	line.put("memory.json", { store: { url: "sqlite::memory:" } });
	expect((await line.run("user list --config memory.json")).err).toMatch(/in memory and belongs to the process that serves it/);
	expect(await line.run(`user add alice ${config}`, "teapot-under-the-oak")).toMatchObject({ code: 0 });
	expect(line.hasStore()).toBe(true);
});

test("people: added, shown, given a password, switched off and on", async () => {
	const added = await line.run(
		`user add alice --name Alice --email alice@company.com --group sales support --admin --json ${config}`,
		"teapot-under-the-oak\nanother line\n",
	);
	expect(added).toMatchObject({ code: 0, err: "" });
	await frozen("user-add", added.out);
	await line.run(`user add bob ${config}`, "ladder-behind-the-barn");
	await frozen("user-list", (await line.run(`user list --json ${config}`)).out);
	await frozen("user-show", (await line.run(`user show ALICE --json ${config}`)).out);
	await frozen("user-password", (await line.run(`user password alice --json ${config}`, "kettle-on-the-stove")).out);
	await frozen("user-disable", (await line.run(`user disable alice --json ${config}`)).out);
	expect((await line.run(`user list ${config}`)).out).toBe(
		[
			"USER NAME  NAME   EMAIL              GROUPS          STANDING  ADMIN  MANAGED BY",
			"alice      Alice  alice@company.com  sales, support  disabled  admin  store",
			"bob                                                  enabled          store\n",
		].join("\n"),
	);
	await frozen("user-enable", (await line.run(`user enable alice --json ${config}`)).out);
	expect((await line.run(`user enable alice ${config}`)).out).toBe("alice was already enabled\n");
	expect((await line.run(`user show bob ${config}`)).out).toMatch(/^username {6}bob$/m);
	await frozen("user-add-generate", (await line.run(`user add carol --generate --json ${config}`)).out);
	await frozen("user-password-generate", (await line.run(`user password carol --generate --json ${config}`)).out);
});

test("LG-09 a bad password, a bad address and an unknown name are one sentence each, and change nothing", async () => {
	for (const [words, input, code, said] of [
		["user add alice", "password1", 1, "gatehouse: the password is one of those that guessers try first: choose another\n"],
		["user add alice", "alice", 1, "gatehouse: the password is shorter than 8 characters\n"],
		[
			"user add alice --email nobody",
			"teapot-under-the-oak",
			2,
			"gatehouse: --email must be an e-mail address, such as alice@company.com\n",
		],
		[
			"user password carol",
			"teapot-under-the-oak",
			2,
			"gatehouse: there is nobody called carol: `gatehouse user list` shows who there is\n",
		],
	] as const)
		expect(await line.run(`${words} ${config}`, input)).toEqual({ code, out: "", err: said });
	expect(await line.run(`user add alice ${config}`, "")).toMatchObject({
		code: 2,
		err: expect.stringMatching(/give it on the standard input/),
	});
	expect((await line.run(`user list ${config}`)).out).toBe("there is nobody yet: `gatehouse user add` adds someone\n");
});

const declared = {
	clients: [{ ...portal, client_secret: "a-secret-that-is-long-enough-to-be-one" }],
	users: [{ username: "alice", password: "teapot-under-the-oak" }],
};

test("what a file declares and nobody applied yet is not said to be missing", async () => {
	await line.withStore(async () => undefined);
	line.put("gatehouse.json", { store: { url: "sqlite:data.db" }, ...declared });
	const said = `nothing of ${line.folder}/gatehouse.json is applied yet: \`gatehouse serve\` applies it\n`;
	for (const words of ["client list", "user list"]) {
		expect(await line.run(`${words} ${config}`), words).toEqual({ code: 0, out: said, err: "" });
		expect((await line.run(`${words} --json ${config}`)).out, words).toBe("[]\n");
	}
	await line.run(`user add bob ${config}`, "ladder-behind-the-barn");
	expect(await line.run(`user list ${config}`)).toMatchObject({ out: expect.stringMatching(/^bob /m), err: said });
	await line.applied(declared);
	expect(await line.run(`user list ${config}`)).toMatchObject({ out: expect.stringMatching(/^alice .*\nbob /m), err: "" });
	expect(await line.run(`client list ${config}`)).toMatchObject({ out: expect.stringMatching(/^portal /m), err: "" });
});

test("whoever takes something away reads what goes on until it expires", async () => {
	await line.applied({
		...declared,
		resources: [{ identifier: "https://crm.example", scopes: { "crm.read": "See customers" }, accessTokenLifetime: "30m" }],
	});
	const [sid] = await line.withStore(async (ground) => {
		const { person } = (await ground.people.findByName("alice")) ?? {};
		return [await beginSession(ground, person?.id ?? "", start)];
	});
	const still = /accepts one that is out already until it expires, after 30m at the most/;
	const revoked = await line.run(`consent revoke --user alice --client portal ${config}`);
	expect(revoked.out).toBe("portal gets no new token for alice from now on, unless alice allows it again\n");
	expect(revoked.err).toMatch(still);
	const ended = await line.run(`session end ${sid} ${config}`);
	expect(ended.err).toMatch(still);
	expect(ended.err).toMatch(/`gatehouse consent revoke` ends it/);
	const off = await line.run(`client disable portal ${config}`);
	expect(off.err).toMatch(still);
	expect(off.err).toMatch(/within two seconds. It holds, whatever the file says, until `gatehouse client enable`/);
	expect((await line.run(`client disable portal ${config}`)).err).toBe("");
	expect((await line.run(`client enable portal ${config}`)).err).toBe("Running servers follow within two seconds.\n");
	expect((await line.run(`user disable alice ${config}`)).err).toMatch(still);
	expect((await line.run(`user enable alice ${config}`)).err).toBe("");
	expect((await line.run(`epoch raise ${config}`)).err).toMatch(still);
	await line.applied({ clients: [{ ...declared.clients[0], first_party: true }], users: declared.users });
	expect((await line.run(`consent revoke --user alice --client portal ${config}`)).out).toMatch(/it is first party, nobody is asked$/m);
});

test("clients: added from a file or the standard input, shown, rotated, switched, removed", async () => {
	line.put("portal.json", { ...portal, scope: "openid profile" });
	line.put("public.yaml", "client_id: spa\ntoken_endpoint_auth_method: none\nredirect_uris: [https://spa.example/cb]\n");
	const added = await line.run(`client add --from portal.json --json ${config}`);
	expect(added).toMatchObject({ code: 0, err: "" });
	await frozen("client-add", added.out);
	expect((await line.run(`client add --from public.yaml ${config}`)).out).toBe("the client spa was added\n");
	expect(
		await line.run(`client add --from - ${config}`, JSON.stringify({ ...portal, client_id: "piped", client_secret: "brought-along" })),
	).toMatchObject({
		code: 0,
		out: "the client piped was added\n",
	});
	await frozen("client-list", (await line.run(`client list --json ${config}`)).out);
	expect((await line.run(`client list ${config}`)).out).toBe(
		[
			"CLIENT ID  NAME    TYPE  AUTHENTICATION       STANDING  MANAGED BY",
			"piped      Portal  web   client_secret_basic  enabled   store",
			"portal     Portal  web   client_secret_basic  enabled   store",
			"spa        spa     web   none                 enabled   store\n",
		].join("\n"),
	);
	await frozen("client-show", (await line.run(`client show portal --json ${config}`)).out);
	const rotated = await line.run(`client rotate-secret portal --keep 1h --json ${config}`);
	await frozen("client-rotate-secret", rotated.out);
	expect(JSON.parse(rotated.out).client_secret).not.toBe(JSON.parse(added.out).client_secret);
	expect((await line.run(`client show portal ${config}`)).out).toMatch(/^secrets +2 \(without end; until 2026-11-21T13:00:00\.000Z\)$/m);
	expect((await line.run(`client show piped ${config}`)).out).toMatch(/^secrets +1 \(without end\)$/m);
	expect((await line.run(`client show spa ${config}`)).out).toMatch(/^secrets +none$/m);
	const shown = await line.run(`client rotate-secret portal ${config}`);
	expect(shown).toMatchObject({
		out: expect.stringMatching(/^client_secret: [\w-]{43}\n$/),
		err: expect.stringMatching(/shown this once/),
	});
	await frozen("client-disable", (await line.run(`client disable portal --json ${config}`)).out);
	await frozen("client-enable", (await line.run(`client enable portal --json ${config}`)).out);
	await frozen("client-remove", (await line.run(`client remove portal --json ${config}`)).out);
	expect(await line.run(`client show portal ${config}`)).toMatchObject({
		code: 2,
		err: expect.stringMatching(/there is no client portal/),
	});
});

test("AZ-07 a client that may not be is refused in one line with everything that is wrong", async () => {
	line.put("bad.json", { client_id: "bad", redirect_urls: [], redirect_uris: 7 });
	expect(await line.run(`client add --from bad.json ${config}`)).toEqual({
		code: 1,
		out: "",
		err: "gatehouse: redirect_urls is not known here; did you mean `redirect_uris`?; redirect_uris must be a list of: a URI, and is 7\n",
	});
	line.put("worse.json", { ...portal, redirect_uris: ["javascript:alert"], scope: "openid crm.read" });
	expect((await line.run(`client add --from worse.json ${config}`)).err).toMatch(
		/^gatehouse: the client portal is refused: redirect_uris\[0\] .*; scope names crm\.read/,
	);
	expect(await line.run(`client add --from bda.json ${config}`)).toEqual({
		code: 2,
		out: "",
		err: "gatehouse: there is no file bda.json; did you mean `bad.json`?\n",
	});
	expect((await line.run(`client add --from - ${config}`, "{")).err).toBe("gatehouse: the standard input is not JSON\n");
	expect((await line.run(`client list ${config}`)).out).toBe("there are no clients yet: `gatehouse client add` adds one\n");
});

test("sessions and consents: listed and ended", async () => {
	await line.run(`user add alice ${config}`, "teapot-under-the-oak");
	line.put("portal.json", portal);
	await line.run(`client add --from portal.json ${config}`);
	const [first] = await line.withStore(async (ground) => {
		const { person } = (await ground.people.findByName("alice")) ?? {};
		if (!person) throw new Error("alice is missing");
		await ground.consents.add(person.id, "portal", ["openid", "profile"], start, []);
		return [
			await beginSession(ground, person.id, start),
			await beginSession(ground, person.id, start + 1),
			await beginSession(ground, person.id, start + 2),
		];
	});
	line.clock.now += 60_000;
	await frozen("session-list", (await line.run(`session list --json ${config}`)).out);
	const one = await line.run(`session list --user alice --limit 1 ${config}`);
	expect(one.out.split("\n")).toHaveLength(3);
	expect(one.err).toBe("There may be more: these are the newest 1, `--limit 10` shows more.\n");
	expect((await line.run(`user show alice ${config}`)).out).toMatch(/^signed_in {5}a browser without a name\napps {10}portal$/m);
	expect((await line.run(`session list ${config}`)).out.split("\n")[0]).toBe(
		"SID                                   USER NAME  SIGNED IN                 LAST USED                 BROWSER  NETWORK",
	);
	expect((await line.run(`session list ${config}`)).out).toMatch(
		/^\S{36} {2}alice {6}2026-11-21T12:00:00\.002Z {2}2026-11-21T12:00:00\.002Z$/m,
	);
	await frozen("session-end", (await line.run(`session end ${first} --json ${config}`)).out);
	expect(await line.run(`session end ${first} ${config}`)).toMatchObject({
		code: 2,
		err: expect.stringMatching(/there is no live session/),
	});
	expect((await line.run(`session end --user alice ${config}`)).out).toBe("2 sessions ended\n");
	expect((await line.run(`session list ${config}`)).out).toBe("nobody is signed in\n");
	expect((await line.run(`user show alice ${config}`)).out).toMatch(/^signed_in {5}nowhere$/m);
	await frozen("consent-list", (await line.run(`consent list --user alice --json ${config}`)).out);
	await frozen("consent-revoke", (await line.run(`consent revoke --user alice --client portal --json ${config}`)).out);
	expect((await line.run(`consent list --user alice ${config}`)).out).toBe("alice lets no app in\n");
});

test("who was told that a session ended: confirmed, to be told again, failed, and who cannot be told", async () => {
	await line.run(`user add alice ${config}`, "teapot-under-the-oak");
	const apps = ["analytics", "crm", "orders", "portal", "shop"];
	for (const [index, name] of apps.entries()) {
		const address = name === "shop" ? {} : { backchannel_logout_uri: `https://${name}.example/backchannel` };
		line.put("app.json", { ...portal, client_id: name, client_name: `App ${index}`, ...address });
		await line.run(`client add --from app.json ${config}`);
	}
	const sid = await line.withStore(async (ground) => {
		const { person } = (await ground.people.findByName("alice")) ?? {};
		if (!person) throw new Error("alice is missing");
		const id = await beginSession(ground, person.id, start);
		for (const name of apps) await beginGrant(ground, person, id, name);
		return id;
	});
	const receipt = (how = "") => line.run(`session receipt ${sid} ${how} ${config}`);
	expect((await receipt()).out).toBe("it was not ended, so nobody is told\n");
	await line.run(`session end ${sid} ${config}`);
	await line.withStore(async ({ logouts }) => {
		await logouts.take(start, start + 30_000, []);
		await logouts.settle(sid, "crm", { state: "confirmed", at: start + 1_000 }, []);
		await logouts.settle(sid, "orders", { state: "waiting", dueAt: start + 2_000, reason: "the app answered 503" }, []);
		await logouts.settle(sid, "portal", { state: "failed", at: start + 1_000, reason: "the app answered 404" }, []);
	});
	await frozen("session-receipt", (await receipt("--json")).out);
	expect((await receipt()).out.split("\n").map((text) => text.replace(/ {2,}/g, "  "))).toEqual([
		"CLIENT ID  NAME  STATE  ATTEMPTS  SETTLED  NEXT  WHY",
		"analytics  App 0  waiting  1  2026-11-21T12:00:30.000Z",
		"crm  App 1  confirmed  1  2026-11-21T12:00:01.000Z",
		"orders  App 2  waiting  1  2026-11-21T12:00:02.000Z  the app answered 503",
		"portal  App 3  failed  1  2026-11-21T12:00:01.000Z  the app answered 404",
		"shop  App 4  untold  it has no backchannel_logout_uri",
		"",
	]);
	expect((await line.run(`event list --type logout.untold ${config}`)).out).toMatch(/logout\.untold {2}alice {6}shop {7}operator/);
	expect(await line.run(`session receipt ${config}`)).toMatchObject({ code: 2, err: expect.stringMatching(/SID is missing/) });
	expect(await line.run(`session receipt nobody ${config}`)).toMatchObject({
		code: 2,
		err: "gatehouse: there is no session nobody: `gatehouse event list --type session.ended --json` shows which ended\n",
	});
});

test("an app of the house is shown as one, where nobody was asked", async () => {
	await line.run(`user add alice ${config}`, "teapot-under-the-oak");
	line.put("portal.json", { ...portal, first_party: true });
	await line.run(`client add --from portal.json ${config}`);
	await line.withStore(async (ground) => {
		const { person } = (await ground.people.findByName("alice")) ?? {};
		if (!person) throw new Error("alice is missing");
		const sessionId = await beginSession(ground, person.id, start);
		await beginGrant(ground, person, sessionId, "portal");
	});
	expect((await line.run(`consent list --user alice ${config}`)).out).toMatch(
		/^portal {5}openid {2}first party {2}2026-11-21T12:00:00\.000Z$/m,
	);
});

test("registration tokens: made and shown once, listed without what works, revoked", async () => {
	const made = await line.run(`registration-token create --uses 20 --expires 30d --note partner --json ${config}`);
	expect(made).toMatchObject({ code: 0, err: "" });
	await frozen("registration-token-create", made.out);
	const { id, token } = JSON.parse(made.out);
	expect(await line.run(`registration-token create ${config}`)).toEqual({
		code: 0,
		out: expect.stringMatching(/^token: [\w-]{64}\n$/),
		err: expect.stringMatching(
			/^The token is shown this once: .*\nClients cannot register themselves yet: set `registration\.dynamic` to `token`/,
		),
	});
	line.put("open.json", { store: { url: "sqlite:data.db" }, registration: { dynamic: "token" } });
	expect((await line.run("registration-token create --config open.json")).err).toBe(
		"The token is shown this once: Gatehouse keeps only a hash of it.\n",
	);
	await frozen("registration-token-list", (await line.run(`registration-token list --json ${config}`)).out);
	await frozen("registration-token-revoke", (await line.run(`registration-token revoke ${id} --json ${config}`)).out);
	const listed = (await line.run(`registration-token list ${config}`)).out;
	expect(listed.split("\n")[0]).toMatch(/^ID +STATE +USES LEFT +CREATED +EXPIRES +NOTE$/);
	expect(listed).toMatch(new RegExp(`^${id} +revoked +20 +2026-11-21T12:00:00\\.000Z +2026-12-21T12:00:00\\.000Z +partner$`, "m"));
	expect(listed).not.toContain(token);
	expect(await line.run(`registration-token revoke ${id} ${config}`)).toMatchObject({
		code: 2,
		err: expect.stringMatching(/that is not revoked/),
	});
	line.clock.now += 2 * 86_400_000;
	expect((await line.run(`registration-token list ${config}`)).out).toMatch(/^\S+ +expired +1 /m);
	for (const [words, said] of [
		["--uses 0", /--uses is a whole number/],
		["--uses many", /--uses is a whole number/],
		["--expires soon", /--expires is a duration/],
		["--expires 366d", /at most 365d/],
		[`--note ${"x".repeat(201)}`, /--note has at most 200 characters/],
	] as const)
		expect(await line.run(`registration-token create ${words} ${config}`)).toMatchObject({ code: 2, err: expect.stringMatching(said) });
	expect(await line.run(`registration-token revoke ${config}`)).toMatchObject({ code: 2, err: expect.stringMatching(/ID is missing/) });
	const types = JSON.parse((await line.run(`event list --json ${config}`)).out).map((event: { type: string }) => event.type);
	expect(types).toEqual(["registration_token.revoked", ...Array(3).fill("registration_token.created")]);
});

test("a client that registered itself is shown as one, and when it was last of use", async () => {
	await line.run(`registration-token create ${config}`);
	const id = await line.withStore(async ({ registrations, random }) => {
		const [made, other] = [random.id(start), random.id(start)];
		for (const clientId of [made, other]) {
			const row = {
				id: clientId,
				metadata: { client_id: clientId, client_name: "Maker" },
				secrets: [],
				managedBy: "store",
				held: false,
			} as const;
			const registration = { clientId, tokenHash: new Uint8Array(32), registeredAt: start, lastUsedAt: start };
			await registrations.register({ ...row, createdAt: start, updatedAt: start }, registration, { limit: 9, now: start }, []);
		}
		await registrations.touch(made, start + 1_000);
		return made;
	});
	expect(JSON.parse((await line.run(`client show ${id} --json ${config}`)).out)).toMatchObject({
		registered_itself: true,
		managed_by: "store",
		last_used_at: "2026-11-21T12:00:01.000Z",
	});
	const { out } = await line.run(`client list ${config}`);
	expect(out).toMatch(/MANAGED BY {2}LAST USED$/m);
	expect(out).toMatch(/ itself +2026-11-21T12:00:01\.000Z$/m);
	expect(out).toMatch(/ itself +never$/m);
	expect((await line.run(`client show ${id} ${config}`)).out).toMatch(/^last_used_at +2026-11-21T12:00:01\.000Z$/m);
	expect(await line.run(`client remove ${id} --yes ${config}`)).toMatchObject({ code: 0 });
	expect(await line.withStore(({ registrations }) => registrations.find(id))).toBeUndefined();
});

test("events: what happened, newest first, of one person, one client or one type", async () => {
	await line.run(`user add alice ${config}`, "teapot-under-the-oak");
	await line.run(`user add bob ${config}`, "ladder-behind-the-barn");
	line.put("portal.json", portal);
	line.clock.now += 1000;
	await line.run(`client add --from portal.json ${config}`);
	line.clock.now += 1000;
	await line.run(`client rotate-secret portal --keep 1h ${config}`);
	line.clock.now += 1000;
	await line.run(`consent revoke --user alice --client portal ${config}`);
	await frozen("event-list", (await line.run(`event list --json ${config}`)).out);
	const types = async (about: string) =>
		JSON.parse((await line.run(`event list --json ${about} ${config}`)).out).map((e: { type: string }) => e.type);
	expect(await types("--limit 1")).toEqual(["consent.withdrawn"]);
	expect(await types("--user BOB")).toEqual(["person.added"]);
	expect(await types("--user alice")).toEqual(["consent.withdrawn", "person.added"]);
	expect(await types("--client portal")).toEqual(["consent.withdrawn", "client.secret_rotated", "client.added"]);
	expect(await types("--user alice --client portal")).toEqual(["consent.withdrawn"]);
	expect(await types("--type person.added")).toEqual(["person.added", "person.added"]);
	expect((await line.run(`event list --client portal ${config}`)).out).toBe(
		[
			"AT                        TYPE                   USER NAME  CLIENT ID  BY        MORE",
			"2026-11-21T12:00:03.000Z  consent.withdrawn      alice      portal     operator",
			"2026-11-21T12:00:02.000Z  client.secret_rotated             portal     operator  keptFor=3600000",
			"2026-11-21T12:00:01.000Z  client.added                      portal     operator\n",
		].join("\n"),
	);
	expect((await line.run(`event list --type key.revoked ${config}`)).out).toBe("nothing of this kind happened\n");
	expect(await line.run(`event list --user carol ${config}`)).toMatchObject({ code: 2, err: expect.stringMatching(/nobody called carol/) });
});

test("keys: listed, rotated, taken out; the epoch is raised", async () => {
	await line.run(`user add alice ${config}`, "teapot-under-the-oak");
	expect((await line.run(`keys list ${config}`)).out).toBe("there are no keys yet: `gatehouse serve` makes them when it starts\n");
	await line.withStore((ground) => ensureKeys(ground, 90 * 86_400_000, start));
	await frozen("keys-list", (await line.run(`keys list --json ${config}`)).out);
	const listed = (await line.run(`keys list ${config}`)).out.split("\n");
	expect(listed[0]).toMatch(/^ALGORITHM +STATE +KID +SIGNS FROM +SIGNS UNTIL +NEXT ROTATION$/);
	expect(listed[1]).toMatch(/^EdDSA +signing +\S{43} +2026-11-21T12:00:00\.000Z +2027-02-19T12:00:00\.000Z$/);
	await frozen("keys-rotate", (await line.run(`keys rotate --json ${config}`)).out);
	expect(await line.run(`keys rotate ${config}`)).toMatchObject({ code: 1, err: expect.stringMatching(/a rotation is under way/) });
	expect((await line.run(`keys rotate --alg RS256 --now ${config}`)).out.match(/^[A-Z]\w+/gm)).toEqual(["ALGORITHM", "RS256", "RS256"]);
	expect((await line.run(`keys rotate --alg EdDSA --now ${config}`)).out.match(/^[A-Z]\w+/gm)).toEqual([
		"ALGORITHM",
		"EdDSA",
		"EdDSA",
		"EdDSA",
	]);
	line.clock.now += 1000;
	await frozen("keys-rotate-now-revoke", (await line.run(`keys rotate --now --revoke --json ${config}`)).out);
	await frozen("epoch-raise", (await line.run(`epoch raise --json ${config}`)).out);
	expect((await line.run(`epoch raise ${config}`)).out).toMatch(/^the epoch is \d+ now/);
});

test("rotate-master makes a key, changes nothing, and says what to do", async () => {
	await line.run(`user add alice ${config}`, "teapot-under-the-oak");
	const { code, out, err } = await line.run(`keys rotate-master ${config}`);
	expect(code).toBe(0);
	expect(Buffer.from(out.trim(), "base64url")).toHaveLength(32);
	expect(err).toMatch(/List it first: `masterKey: \[\{ "file": "secrets\/master-new\.key" \}, \{"file":".*master\.key"\}\]`/);
	expect(err).toMatch(/Keep the former key listed until 2026-11-23T12:00:00\.000Z/);
	await frozen("keys-rotate-master", (await line.run(`keys rotate-master --json ${config}`)).out);
});

test("check tells every fault at once and ends with 1, or finds none and ends with 0", async () => {
	expect(await line.run(`check ${config}`)).toEqual({ code: 0, out: `${line.folder}/gatehouse.json has no fault\n`, err: "" });
	await frozen("check", (await line.run(`check --json ${config}`)).out);
	line.put("bad.json", { issuer: "http://auth.company.com", sessions: { idle: "soon" } });
	const bad = await line.run("check --json --config bad.json");
	expect(bad).toMatchObject({ code: 1, err: expect.stringMatching(/^gatehouse: \/.*bad\.json has 2 faults:\n {2}issuer is http/) });
	await frozen("check-faults", bad.out);
	line.put("weak.json", { users: [{ username: "alice", password: "password1" }] });
	expect(await line.run("check --config weak.json")).toEqual({
		code: 1,
		out: "",
		err: `gatehouse: ${line.folder}/weak.json has one fault:\n  users[0].password is one of those that guessers try first: choose another (user alice)\n`,
	});
	const absent = await line.run("check --json --config absent.json");
	expect(absent).toMatchObject({ code: 1, err: "gatehouse: there is no file absent.json\n" });
	expect(JSON.parse(absent.out).faults).toEqual([{ place: "", text: "does not exist" }]);
	expect((await line.run("check --config gatehose.json")).err).toBe(
		"gatehouse: there is no file gatehose.json; did you mean `gatehouse.json`?\n",
	);
});

test("without --config the file that lies here is not read, and is named", async () => {
	expect(await line.run("check")).toEqual({
		code: 0,
		out: "the defaults and variables alone have no fault\ngatehouse.json lies here and was not read: `gatehouse check --config gatehouse.json`\n",
		err: "",
	});
	const { code, err } = await line.run("check", "", { env: { NO_COLOR: "1", GATEHOUSE_LISTEN_PORT: "many" } });
	expect({ code, err }).toEqual({
		code: 1,
		err: 'gatehouse: the defaults and variables alone have one fault:\n  GATEHOUSE_LISTEN_PORT must be a whole number from 0 to 65535, and is "many"\ngatehouse.json lies here and was not read: `gatehouse check --config gatehouse.json`\n',
	});
	const note = "note: gatehouse.json lies here and is not read: `--config gatehouse.json` names it\n";
	expect(await line.run("serve")).toEqual({ code: 0, out: "", err: note });
	expect((await line.run("user list")).err).toMatch(
		new RegExp(`^${note.replaceAll(".", "\\.")}gatehouse: there is no store .*/data/gatehouse\\.db yet`),
	);
	expect((await line.run(`serve ${config}`)).err).toBe("");
	rmSync(join(line.folder, "gatehouse.json"));
	expect(await line.run("check")).toEqual({ code: 0, out: "the defaults and variables alone have no fault\n", err: "" });
	expect(await line.run("serve")).toEqual({ code: 0, out: "", err: "" });
});

test("check looks at a store that is there: names that are taken, and a master key that is still needed", async () => {
	await line.run(`user add alice ${config}`, "teapot-under-the-oak");
	line.put("taken.json", { store: { url: "sqlite:data.db" }, users: [{ username: "ALICE", password: "kettle-on-the-stove" }] });
	expect((await line.run("check --config taken.json")).err).toMatch(
		/^ {2}users\[0\]\.username belongs to someone who was added by command/m,
	);
});

test("AD-13 what others wrote cannot move the cursor of a terminal", async () => {
	await line.withStore(async () => undefined);
	line.put("odd.json", { ...portal, client_name: "Portal" });
	await line.run(`client add --from odd.json ${config}`);
	await line.withStore(async (ground) => {
		const row = await ground.clients.find("portal");
		if (row) await ground.clients.put({ ...row, metadata: { ...row.metadata, client_name: "\u001b[2J\u202eevil\n" } }, []);
	});
	const { out } = await line.run(`client list ${config}`);
	expect(out).toContain("\\u001b[2J\\u202eevil\\u000a");
	expect(out.split("\n")).toHaveLength(3);
});

test("AD-13 the answers for scripts move no cursor either, and read the same; nor does a name that is typed again", async () => {
	// A header of HTTP may hold the controls of eight bits, which terminals obey: 9B begins a sequence as ESC [ does.
	const userAgent = "\u009b2Jcurl/8 \u2066\u061c\u2060";
	await line.run(`user add alice ${config}`, "teapot-under-the-oak");
	await line.withStore(async (ground) => {
		const who = await ground.people.findByName("alice");
		const fresh = { id: ground.random.id(start), secretHash: new Uint8Array(32), amr: ["pwd"], userAgent };
		await ground.sessions.begin({ ...fresh, personId: who?.person.id ?? "" }, start, () => []);
	});
	const list = await line.run(`session list ${config} --json`);
	expect(list.out).toContain('"\\u009b2Jcurl/8 \\u2066\\u061c\\u2060"');
	expect(JSON.parse(list.out)).toMatchObject([{ username: "alice", user_agent: userAgent }]);
	expect((await line.run(`session list ${config}`)).out).toContain("\\u009b2Jcurl/8");
	const { code, err } = await line.run(`user show \u009b2Jnobody ${config}`);
	expect([code, err]).toEqual([2, expect.stringContaining("\\u009b2Jnobody")]);
	expect(`${list.out}${err}`).not.toMatch(/[\u007f-\u009f]/);
});
