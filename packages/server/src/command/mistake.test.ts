import { afterEach, beforeEach, expect, test } from "vitest";
import { commandLine } from "../../test/command-line.ts";
import { beginSession, start } from "../../test/management-ground.ts";
import { verbs } from "./program.ts";

let line: ReturnType<typeof commandLine>;
beforeEach(() => {
	line = commandLine();
});
afterEach(() => line.end());

const config = "--config gatehouse.json";
const portal = { client_id: "portal", redirect_uris: ["https://portal.example/cb"] };

/** A store with somebody, something and a session. */
async function inhabited(): Promise<string> {
	await line.run(`user add alice --email alice@company.com ${config}`, "teapot-under-the-oak");
	line.put("portal.json", portal);
	await line.run(`client add --from portal.json ${config}`);
	return sessionOfAlice();
}

function sessionOfAlice(): Promise<string> {
	return line.withStore(async (ground) => {
		const { person } = (await ground.people.findByName("alice")) ?? {};
		return beginSession(ground, person?.id ?? "", start);
	});
}

test.each([
	["sreve", "there is no `gatehouse sreve`; did you mean `gatehouse serve`?"],
	["user lsit", "there is no `gatehouse user lsit`; did you mean `gatehouse user list`?"],
	["users list", "there is no `gatehouse users`; did you mean `gatehouse user list`?"],
	["cleint rotate-secert portal", "there is no `gatehouse cleint`; did you mean `gatehouse client rotate-secret`?"],
	["add user alice", "there is no `gatehouse add`; did you mean `gatehouse user add`?"],
	["user create alice", "there is no `gatehouse user create`; did you mean `gatehouse user add`?"],
	["user delete alice", "there is no `gatehouse user delete`; did you mean `gatehouse user disable`?"],
	["apps ls", "there is no `gatehouse apps`; did you mean `gatehouse client list`?"],
	["logs", "there is no `gatehouse logs`; did you mean `gatehouse event list`?"],
	["start", "there is no `gatehouse start`; did you mean `gatehouse serve`?"],
	["user fly", "there is no `gatehouse user fly`: `user` goes on with add, list, show, password, disable or enable"],
	[
		"frobnicate",
		"there is no `gatehouse frobnicate`: it begins with serve, check, user, client, session, consent, registration-token, event, keys or epoch",
	],
	[
		"backup file",
		"there is no `gatehouse backup`: it begins with serve, check, user, client, session, consent, registration-token, event, keys or epoch",
	],
	["version", "there is no `gatehouse version`; did you mean `gatehouse --version`?"],
	["usr --help", "there is no `gatehouse usr`; did you mean `gatehouse user`?"],
	["user lsit --help", "there is no `gatehouse user lsit`; did you mean `gatehouse user list`?"],
	["--foo", "`gatehouse` has no option --foo: `gatehouse --help` shows which it has"],
	['user show ""', "a word is empty: `gatehouse user show --help` shows what belongs there"],
	['session end --user ""', "--user is empty: `gatehouse session end --help` shows what belongs there"],
	['user add " bob" --generate', "NAME is empty or has blanks around it"],
	["help usr", "there is no `gatehouse usr`; did you mean `gatehouse user`?"],
	["user list --jsno", "`gatehouse user list` has no option --jsno; did you mean `--json`?"],
	["keys rotate --nwo", "`gatehouse keys rotate` has no option --nwo; did you mean `--now`?"],
	["user list --colour", "`gatehouse user list` has no option --colour: `gatehouse user list --help` shows which it has"],
	["serve --json", "`gatehouse serve` has no option --json: `gatehouse serve --help` shows which it has"],
	["user list --config", "--config <file> lacks what belongs after it"],
	["user show alice bob", "`gatehouse user show` takes one word, and got 2"],
	["user list alice bob", "`gatehouse user list` takes no word, and got 2"],
	["consent list alice", "`gatehouse consent list` takes no word; did you mean `gatehouse consent list --user alice`?"],
	["user show", "NAME is missing: `gatehouse user show NAME`"],
	["client rotate-secret", "ID is missing: `gatehouse client rotate-secret ID`"],
	["consent list", "--user NAME is missing: `gatehouse consent list --user NAME`"],
	["consent revoke --user alice", "--user alice --client ID is missing: `gatehouse consent revoke --user alice --client ID`"],
	["session end", "SID is missing: `gatehouse session end SID`"],
	["session end x --user alice", "a SID or --user, not both: `gatehouse session end SID`, or `gatehouse session end --user NAME`"],
	["client add", "--from is missing: `gatehouse client add --from FILE`, or `--from -` for JSON on the standard input"],
	["session list --limit 0", "--limit is a whole number from 1 to 999999"],
	["event list --limit many", "--limit is a whole number from 1 to 999999"],
	["event list --type sesion.started", "--type sesion.started is none that there is; did you mean `session.started`?"],
	["client rotate-secret portal --keep soon", '--keep is a duration such as "90s", "10m", "8h" or "30d"'],
	["keys rotate --revoke", "--revoke goes with --now: what is compromised cannot wait"],
	["keys rotate --alg HS256", "--alg is one of RS256, ES256, PS256, EdDSA"],
	["user list --config gatehose.json", "there is no file gatehose.json; did you mean `gatehouse.json`?"],
])("`gatehouse %s` is wrong usage, and one sentence", async (words, said) => {
	expect(await line.run(words)).toEqual({
		code: 2,
		out: "",
		err: expect.stringMatching(/^(note: gatehouse\.json lies here [^\n]*\n)?gatehouse: [^\n]*\n$/),
	});
	expect((await line.run(words)).err).toContain(`gatehouse: ${said}\n`);
});

test("a type of event that is near to none is answered with all that there are", async () => {
	expect(await line.run("event list --type sign-ins")).toMatchObject({
		code: 2,
		err: expect.stringMatching(/is none that there is: session\.started, /),
	});
});

test("a name that nothing has is wrong usage, told with the nearest that something has", async () => {
	const sid = await inhabited();
	for (const [words, said] of [
		["user show alcie", "there is nobody called alcie; did you mean `alice`?"],
		["user show alice@compny.com", "there is nobody called alice@compny.com; did you mean `alice@company.com`?"],
		["user disable zoe", "there is nobody called zoe: `gatehouse user list` shows who there is"],
		["session list --user alcie", "there is nobody called alcie; did you mean `alice`?"],
		["event list --user alcie", "there is nobody called alcie; did you mean `alice`?"],
		["client show protal", "there is no client protal; did you mean `portal`?"],
		["client remove shop", "there is no client shop: `gatehouse client list` shows which there are"],
		["event list --client protal", "there is no client protal; did you mean `portal`?"],
		["consent revoke --user alice --client protal", "there is no client protal; did you mean `portal`?"],
		[`session end ${sid.slice(0, 20)}`, `there is no live session ${sid.slice(0, 20)}; did you mean \`${sid}\`?`],
		["session end alice", "there is no live session alice; did you mean `--user alice`?"],
		["session end 42", "there is no live session 42: `gatehouse session list` shows which there are"],
	] as const)
		expect(await line.run(`${words} ${config}`), words).toEqual({ code: 2, out: "", err: `gatehouse: ${said}\n` });
	for (const words of ["user show alice", "client show portal", `session end ${sid}`, "event list --client portal"])
		expect(await line.run(`${words} ${config}`), words).toMatchObject({ code: 0 });
});

test("no secret is taken from the command line, and none that stands there is repeated", async () => {
	for (const words of [
		"user add alice --password=hunter2hunter2",
		"user add alice --password hunter2hunter2",
		"user add alice -p hunter2hunter2",
		"user add alice -phunter2hunter2",
		"user add alice -p=hunter2hunter2",
		"-phunter2hunter2 user add alice",
		"user add alice hunter2hunter2",
		"user password alice hunter2hunter2",
		"client add --client-secret hunter2hunter2",
		"client add --secret=hunter2hunter2",
	]) {
		const { code, out, err } = await line.run(words);
		expect({ code, out }, words).toEqual({ code: 2, out: "" });
		expect(err, words).toMatch(/it is asked for, or read from the standard input|the password is asked for/);
		expect(err, words).not.toContain("hunter2");
	}
});

test("options may stand before the verb, and the help is found from both sides", async () => {
	await inhabited();
	expect(await line.run(`${config} user show alice`)).toMatchObject({ code: 0, out: expect.stringMatching(/^username +alice$/m) });
	const help = await line.run("user add --help");
	expect(help).toMatchObject({ code: 0, out: expect.stringMatching(/Usage: gatehouse user add .*Examples:\n/s), err: "" });
	expect(await line.run("help user add")).toEqual(help);
	expect(await line.run("help user")).toMatchObject({ code: 0, out: expect.stringContaining("disable"), err: "" });
	expect(await line.run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("user add alice --config"), err: "" });
	expect(await line.run("help")).toEqual(await line.run("--help"));
	expect(await line.run("--version")).toEqual({ code: 0, out: "0.1.0\n", err: "" });
	expect(await line.run("")).toMatchObject({ code: 2, out: "", err: expect.stringContaining("Usage: gatehouse") });
	expect(await line.run("user")).toMatchObject({ code: 2, out: "", err: expect.stringContaining("Usage: gatehouse user") });
});

test("every verb's help has examples, and none of them is a mistake", async () => {
	await inhabited();
	line.put("gatehouse.yaml", "store: { url: sqlite:data.db }\n");
	for (const { name, examples } of verbs) {
		expect(examples.length, name).toBeGreaterThan(0);
		for (const [typed] of examples) {
			expect(`${typed} `).toMatch(new RegExp(`^${name} `));
			if (name === "session end") await line.run(`user enable alice ${config}`);
			const [command = ""] = typed
				.replace(/01a1fdfa-\S+/, name === "session end" ? await sessionOfAlice() : "")
				.replace("user add alice", "user add carol")
				.replace("--client analytics", "--client portal")
				.split(/ [<>|] /);
			const { code, err } = await line.run(command.includes("--config") ? command : `${command} ${config}`, "teapot-under-the-oak");
			// Nobody can be asked here: what is missing is a mistake.
			expect({ typed, code, err }).toMatchObject({ code: / is missing: /.test(err) ? 2 : expect.toBeOneOf([0, 1]) });
			await line.run(`client add --from portal.json ${config}`);
		}
	}
});
