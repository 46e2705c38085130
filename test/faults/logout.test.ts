import { expect, test } from "vitest";
import { freePort } from "../../examples/company/src/ports.ts";
import { openReceiver } from "../../packages/server/test/receiver.ts";
import { gatehouse, scratchFolder, startServer } from "../process.ts";
import { authorization, codeFieldsOf, configure, exchange, Jar, signIn } from "./kill-under-load.ts";

test("F-02 D9 a session that another process ends while the server is dead is told when it lives again, and once", {
	timeout: 90_000,
}, async () => {
	using folder = scratchFolder();
	await using receiver = await openReceiver();
	const port = await freePort();
	const config = configure(folder, port, { backchannel_logout_uri: receiver.uri });
	const command = async (...words: string[]) => {
		const { code, stdout, stderr } = await gatehouse([...words, "--config", config], { cwd: folder.path });
		expect(code, stderr).toBe(0);
		return stdout;
	};
	const begin = async (origin: string): Promise<string> => {
		const jar = new Jar();
		await signIn(origin, jar);
		const { url, verifier } = authorization(origin);
		const { id_token } = await (await exchange(origin, codeFieldsOf(await jar.get(url), verifier))).json();
		return JSON.parse(Buffer.from(id_token.split(".")[1], "base64url").toString()).sid;
	};
	const stateOf = async (sid: string) => JSON.parse(await command("session", "receipt", sid, "--json")).apps;

	const server = await startServer(config, port);
	const first = await begin(server.origin);
	const second = await begin(server.origin);
	await server.kill();
	await command("session", "end", first);
	expect(await stateOf(first)).toEqual([
		{ client_id: "portal", client_name: "portal", state: "waiting", attempts: 0, next_attempt_at: expect.any(String) },
	]);

	await using again = await startServer(config, port);
	await receiver.heard(1);
	await expect.poll(() => stateOf(first), { timeout: 20_000 }).toMatchObject([{ state: "confirmed", attempts: 1 }]);

	// A command beside the server that runs: it finds what is due by itself.
	await command("session", "end", second);
	await receiver.heard(2);
	await expect.poll(() => stateOf(second), { timeout: 20_000 }).toMatchObject([{ state: "confirmed", attempts: 1 }]);
	expect(receiver.posted.map(({ claims }) => claims["sid"])).toEqual([first, second]);
	expect((await again.stop()).code).toBe(0);
});
