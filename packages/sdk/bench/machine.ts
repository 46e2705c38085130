/**
 * What a token costs a call that has one in memory already, beside the platform's bare fetch on loopback: `npm run bench -w @gatehouse/sdk`.
 * CPU time decides, not the clock, so that other work on the machine weighs little.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMachine } from "@gatehouse/sdk/machine";

const issuer = "https://auth.acme.test";
const metadata = { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` };
const granted = { access_token: "a".repeat(700), token_type: "Bearer", expires_in: 3600, scope: "orders.read" };

const server = createServer((_request, response) => response.end("ok"));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const resource = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const url = `${resource}/orders`;
const auth = createMachine({
	issuer,
	clientId: "night-job",
	clientAuth: "secret",
	fetch: async (input, init) => {
		if (!String(input).startsWith(issuer)) return fetch(input, init);
		return Response.json(String(input).endsWith("/token") ? granted : metadata);
	},
});
const { accessToken } = await auth.token({ resource });

const works = {
	bare: [200, async () => void (await (await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })).text())],
	fetch: [200, async () => void (await (await auth.fetch(url)).text())],
	token: [20_000, async () => void (await auth.token({ resource }))],
} as const;
type Name = keyof typeof works;

async function microseconds(name: Name): Promise<number> {
	const [times, work] = works[name];
	const before = process.cpuUsage();
	for (let time = 0; time < times; time++) await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / times;
}

// In turn, and each first as often as the others, so that warming up and collecting garbage burden all alike.
const names: readonly Name[] = ["bare", "fetch", "token"];
const rows: Record<Name, number>[] = [];
for (let round = 0; round < 63; round++) {
	const row = { bare: 0, fetch: 0, token: 0 };
	for (const index of names.keys()) {
		const name = names[(index + round) % names.length]!;
		row[name] = await microseconds(name);
	}
	if (round >= 12) rows.push(row);
}
const median = (of: (row: (typeof rows)[number]) => number) => rows.map(of).sort((a, b) => a - b)[Math.floor(rows.length / 2)]!;
for (const name of names)
	console.log(
		`${name.padEnd(10)} ${median((row) => row[name])
			.toFixed(2)
			.padStart(7)} µs CPU`,
	);
console.log(`a call with a token takes ${median(({ bare, fetch }) => fetch / bare).toFixed(2)} times the bare one`);
server.close();
server.closeAllConnections();
