import { afterEach, beforeEach, expect, test } from "vitest";
import { answering, commandLine, terminalOutput } from "../../test/command-line.ts";
import { beginSession, start } from "../../test/management-ground.ts";

let line: ReturnType<typeof commandLine>;
beforeEach(() => {
	line = commandLine();
});
afterEach(() => line.end());

const config = "--config gatehouse.json";
const enter = "\r";
const down = "\u001b[B";
const portal = { client_id: "portal", client_name: "Portal", redirect_uris: ["https://portal.example/cb"], scope: "openid profile" };

const addAlice = () => line.run(`user add alice ${config}`, "teapot-under-the-oak");

test("a password is asked for twice and never shown", async () => {
	const same = answering(["Password", `teapot-under-the-oak${enter}`], ["The same again", `teapot-under-the-oak${enter}`]);
	expect(await line.run(`user add alice ${config}`, "", same.terminal)).toMatchObject({ code: 0 });
	expect(same.shown()).toMatch(/Password.*The same again/s);
	expect(same.shown()).not.toContain("teapot");
});

test("two passwords that differ are asked for anew, and what was answered before them is kept", async () => {
	const differing = [
		["Password", `kettle-on-the-stove${enter}`],
		["The same again", `kettle-on-the-shelf${enter}`],
	] as const;
	const added = answering(
		...([
			["User name", `alice${enter}`],
			["Full name", `Alice Example${enter}`],
			["Email address", enter],
			["Groups", enter],
		] as const),
		...differing,
		["The two differ, so once more", `teapot-under-the-oak${enter}`],
		["The same again", `teapot-under-the-oak${enter}`],
	);
	const { out } = await line.run(`user add --json ${config}`, "", added.terminal);
	expect(JSON.parse(out)).toMatchObject({ username: "alice", name: "Alice Example" });
	expect(added.waiting).toEqual([]);
	expect(added.shown()).not.toMatch(/kettle|teapot/);
	const ended = answering(...differing, ["The two differ", "\u0003"]);
	expect(await line.run(`user password alice ${config}`, "", ended.terminal)).toMatchObject({ code: 1, out: "" });
	expect(ended.shown()).toMatch(/gatehouse: cancelled: nothing was changed\n$/);
	const signsIn = await line.withStore(async (ground) => {
		const found = await ground.people.findByName("alice");
		return found?.credential !== undefined && (await ground.tokens.passwords.verify("teapot-under-the-oak", found.credential));
	});
	expect(signsIn).toMatchObject({ ok: true });
});

test("LG-09 a password that may not be set is said before it is asked for again", async () => {
	const terminal = answering(
		["Password", `alice${enter}`],
		["The password is shorter than 8 characters", `${"\u007f".repeat(5)}teapot-under-the-oak${enter}`],
		["The same again", `teapot-under-the-oak${enter}`],
	);
	expect(await line.run(`user add alice ${config}`, "", terminal.terminal)).toMatchObject({ code: 0 });
	expect(terminal.shown()).toMatch(/shorter than 8 characters.*The same again/s);
});

test("a password that is left empty is made, and shown this once; `--generate` makes one for scripts", async () => {
	const { terminal, shown } = answering(["leave it empty", enter]);
	const { out } = await line.run(`user add alice ${config}`, "", terminal);
	expect(out).toMatch(/^alice was added .*\npassword: [a-z2-9]{5}(-[a-z2-9]{5}){3}\n$/);
	expect(shown()).toMatch(/shown this once/);
	const made = await line.run(`user password alice --generate --json ${config}`);
	expect(JSON.parse(made.out)).toEqual({ username: "alice", changed: true, password: expect.stringMatching(/^[a-z2-9-]{23}$/) });
	expect((await line.run(`user show alice ${config}`)).out).not.toContain("password:");
	const { password, username } = JSON.parse((await line.run(`user add bob --generate --json ${config}`)).out);
	const signsIn = await line.withStore(async (ground) => {
		const found = await ground.people.findByName(username);
		return found?.credential !== undefined && (await ground.tokens.passwords.verify(password, found.credential));
	});
	expect(signsIn).toMatchObject({ ok: true });
});

test("what is missing is asked for: who is added, and who is shown", async () => {
	const { terminal, waiting } = answering(
		["User name", `alice${enter}`],
		["Full name", `Alice Example${enter}`],
		["Email address", `nobody${enter}`],
		["must be an e-mail address", `${"\u007f".repeat(6)}${enter}`],
		["Groups", `sales support${enter}`],
		["Password", enter],
	);
	const added = await line.run(`user add --json ${config}`, "", terminal);
	expect(JSON.parse(added.out)).toMatchObject({ username: "alice", name: "Alice Example", groups: ["sales", "support"] });
	expect(JSON.parse(added.out)).not.toHaveProperty("email");
	expect(waiting).toEqual([]);
	await line.run(`user add bob ${config}`, "ladder-behind-the-barn");
	const who = answering(["Who?", down + enter]);
	expect((await line.run(`user show ${config}`, "", who.terminal)).out).toMatch(/^username +bob$/m);
});

test("a name that is taken is told before a password is asked for", async () => {
	await addAlice();
	const { terminal, shown } = answering();
	expect(await line.run(`user add ALICE ${config}`, "", terminal)).toMatchObject({ code: 1 });
	expect(shown()).toBe("gatehouse: ALICE is someone's user name or address already: choose another\n");
});

test("a client is made of answers", async () => {
	await line.applied({ resources: [{ identifier: "https://crm.example", name: "CRM", scopes: { "crm.read": "See customers" } }] });
	const { terminal, waiting } = answering(
		["What is it?", down + enter],
		["Its name", `The Shop${enter}`],
		["client_id", enter],
		["redirect URIs", `https://shop.example/cb#here${enter}`],
		["has a fragment", `${"\u007f".repeat(5)}${enter}`],
		["Which APIs", ` ${enter}`],
		["your own", "y"],
	);
	const added = await line.run(`client add --json ${config}`, "", terminal);
	expect(waiting).toEqual([]);
	expect(JSON.parse(added.out)).toMatchObject({
		client_id: "the-shop",
		client_name: "The Shop",
		token_endpoint_auth_method: "none",
		redirect_uris: ["https://shop.example/cb"],
		scope: "openid profile email crm.read",
		first_party: true,
		secrets: [],
	});
	const service = answering(
		["What is it?", down + down + down + enter],
		["Its name", `Night job${enter}`],
		["client_id", enter],
		["prove itself", enter],
		["What may it do", ` ${enter}`],
	);
	expect(await line.run(`client add ${config}`, "", service.terminal)).toMatchObject({
		code: 0,
		out: expect.stringMatching(/night-job was added\nclient_secret: /),
	});
});

test("a client that signs is made of its public keys, pasted or named, and gets no secret", async () => {
	const key = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
	const clear = (typed: string) => "\u007f".repeat(typed.length);
	const secretive = JSON.stringify({ ...key, d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" });
	const pasted = answering(
		["What is it?", down + down + down + enter],
		["Its name", `Ledger${enter}`],
		["client_id", enter],
		["prove itself", down + enter],
		["public keys", `{${enter}`],
		["neither a JWK set nor an address", clear("{") + secretive + enter],
		["holds a private or a shared key", clear(secretive) + JSON.stringify(key) + enter],
	);
	const added = await line.run(`client add --json ${config}`, "", pasted.terminal);
	expect(pasted.waiting).toEqual([]);
	expect(JSON.parse(added.out)).toMatchObject({ token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [key] }, secrets: [] });
	expect(JSON.parse(added.out)).not.toHaveProperty("client_secret");

	const named = answering(
		["What is it?", enter],
		["Its name", `Portal${enter}`],
		["client_id", enter],
		["prove itself", down + enter],
		["public keys", `http://portal.example/jwks${enter}`],
		["only loopback hosts", `${clear("http://portal.example/jwks")}https://portal.example/jwks${enter}`],
		["redirect URIs", `https://portal.example/cb${enter}`],
		["your own", enter],
	);
	const portalAdded = await line.run(`client add --json ${config}`, "", named.terminal);
	expect(named.waiting).toEqual([]);
	expect(JSON.parse(portalAdded.out)).toMatchObject({
		token_endpoint_auth_method: "private_key_jwt",
		jwks_uri: "https://portal.example/jwks",
		redirect_uris: ["https://portal.example/cb"],
		secrets: [],
	});
});

test("what cannot be undone is asked for once more, and `no` changes nothing; `--yes` has said so already", async () => {
	line.put("portal.json", portal);
	for (const [words, question, undone, done] of [
		["user disable alice", "Switch alice off?", "user show alice", /^enabled +false$/m],
		["client rotate-secret portal", "Stop the secret", "client show portal", /^secrets +1/m],
		["session end --user alice", "sessions of alice?", "session list", /nobody is signed in/],
		["client remove portal", "Take the client portal away", "client list", /no clients/],
		["keys rotate --now --revoke", "Take the present keys out?", "event list --type key.revoked", /./],
	] as const) {
		await addAlice();
		await line.run(`user enable alice ${config}`);
		await line.run(`client add --from portal.json ${config}`);
		await line.withStore(async (ground) => {
			const { person } = (await ground.people.findByName("alice")) ?? {};
			await beginSession(ground, person?.id ?? "", start);
			await beginSession(ground, person?.id ?? "", start);
		});
		const before = await line.run(`${undone} ${config}`);
		const no = answering([question, "n"]);
		expect(await line.run(`${words} ${config}`, "", no.terminal), words).toMatchObject({ code: 1, out: "" });
		expect(no.shown(), words).toMatch(/nothing was changed/);
		expect(await line.run(`${undone} ${config}`), words).toEqual(before);
		const asked = answering([question, "y"]);
		const unasked = answering();
		const [terminal, more] = words.startsWith("keys") || words.startsWith("client rotate") ? [unasked, "--yes "] : [asked, ""];
		expect(await line.run(`${words} ${more}${config}`, "", terminal.terminal), words).toMatchObject({ code: 0 });
		expect(terminal.waiting, words).toEqual([]);
		expect((await line.run(`${undone} ${config}`)).out, words).toMatch(done);
	}
});

test("what signs everyone out is asked for once more", async () => {
	await addAlice();
	const epoch = () => line.withStore((ground) => ground.settings.epoch());
	const before = await epoch();
	expect(await line.run(`epoch raise ${config}`, "", answering(["Sign everyone out?", "n"]).terminal)).toMatchObject({ code: 1 });
	expect(await epoch()).toBe(before);
	expect(await line.run(`epoch raise ${config}`, "", answering(["Sign everyone out?", "y"]).terminal)).toMatchObject({ code: 0 });
	expect(await epoch()).toBe(before + 1);
});

test.each([
	["Ctrl+C", "\u0003"],
	["Ctrl+D", "\u0004"],
])("%s at a question changes nothing, and says so", async (_keys, code) => {
	const { terminal, shown } = answering(["Password", code]);
	expect(await line.run(`user add alice ${config}`, "", terminal)).toMatchObject({ code: 1, out: "" });
	expect(shown()).toMatch(/gatehouse: cancelled: nothing was changed\n$/);
	expect(line.hasStore()).toBe(false);
});

test("what the file manages is refused before anything is asked", async () => {
	await line.applied({
		clients: [{ ...portal, client_secret: "a-secret-that-is-long-enough-to-be-one" }],
		users: [{ username: "alice", password: "teapot-under-the-oak" }],
	});
	for (const [words, what] of [
		["client remove portal", "the client portal"],
		["client rotate-secret portal", "the client portal"],
		["user password alice", "alice"],
	] as const) {
		const { terminal, shown } = answering();
		expect(await line.run(`${words} ${config}`, "", terminal), words).toMatchObject({ code: 1 });
		expect(shown()).toBe(`gatehouse: ${what} is managed by the configuration file: change it there and start again\n`);
	}
	const { terminal, shown } = answering();
	expect(await line.run(`client remove ${config}`, "", terminal)).toMatchObject({ code: 1 });
	expect(shown()).toBe("gatehouse: there is no client that the configuration file does not manage\n");
});

test("a session, and an app that someone lets in, are chosen from those there are", async () => {
	await addAlice();
	line.put("portal.json", portal);
	await line.run(`client add --from portal.json ${config}`);
	const sids = await line.withStore(async (ground) => {
		const { person } = (await ground.people.findByName("alice")) ?? {};
		await ground.consents.add(person?.id ?? "", "portal", ["openid", "profile"], start, []);
		return [await beginSession(ground, person?.id ?? "", start), await beginSession(ground, person?.id ?? "", start + 1)];
	});
	line.clock.now += 3 * 3_600_000;
	const which = answering(["Which session?", down + enter]);
	expect(JSON.parse((await line.run(`session end --json ${config}`, "", which.terminal)).out)).toEqual({ ended: [sids[0]] });
	expect(which.shown()).toMatch(/alice.*last used 3 hours ago/s);
	const app = answering(["Who?", enter], ["Which app?", enter]);
	expect((await line.run(`consent revoke ${config}`, "", app.terminal)).out).toMatch(/^portal gets no new token for alice/);
	expect(app.waiting).toEqual([]);
});

test("on a terminal instants are told in words, in a pipe exactly", async () => {
	await addAlice();
	await line.withStore(async (ground) => {
		const { person } = (await ground.people.findByName("alice")) ?? {};
		await beginSession(ground, person?.id ?? "", start);
	});
	line.clock.now += 3 * 3_600_000;
	const wide = terminalOutput(200);
	await line.run(`session list ${config}`, "", wide);
	expect(wide.text()).toMatch(/^SID {35}USER NAME {2}SIGNED IN {4}LAST USED\n\S{36} {2}alice {6}3 hours ago {2}3 hours ago\n$/);
	const shown = terminalOutput(80);
	await line.run(`user show alice ${config}`, "", shown);
	expect(shown.text()).toMatch(/^created_at {4}2026-11-21 12:00:00 UTC \(3 hours ago\)$/m);
	expect((await line.run(`user show alice ${config}`)).out).toMatch(/^created_at {4}2026-11-21T12:00:00\.000Z$/m);
});

test("what is told beside an answer is broken between words, and a command is not", async () => {
	await addAlice();
	const { terminal, shown } = answering();
	const stderr = Object.assign(terminal.stderr, { columns: 60 });
	await line.run(`user disable alice --yes ${config}`, "", { ...terminal, stderr });
	expect(shown()).toMatch(/^Every session and grant of alice has ended\. Userinfo and\nintrospection refuse /);
	await line.run(`user disable zoe --yes ${config}`, "", { ...terminal, stderr });
	expect(shown()).toMatch(/\ngatehouse: there is nobody called zoe: `gatehouse user list`\nshows who there is\n$/);
});

test("colours are for terminals, and for those who did not decline them", async () => {
	await addAlice();
	const colours = async (env: Record<string, string>) => {
		const output = terminalOutput(80);
		await line.run(`user list ${config}`, "", { ...output, env });
		return output.text().includes("\u001b[");
	};
	expect(await colours({})).toBe(true);
	expect(await colours({ NO_COLOR: "1" })).toBe(false);
	expect(await colours({ TERM: "dumb" })).toBe(false);
	expect((await line.run(`user list ${config}`, "", { env: {} })).out).not.toContain("\u001b[");
});
