/**
 * How many tokens per second and core the API side verifies, beside the bare signature: `npm run bench -w @gatehouse/sdk`.
 * CPU time decides, not the clock, so that other work on the machine weighs little.
 */
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { createApi } from "@gatehouse/sdk/resource-server";

const issuer = "https://auth.acme.test";
const resource = "https://orders.acme.test";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const now = Math.floor(Date.now() / 1000);

const tokens = Array.from({ length: 20_000 }, (_, index) => {
	const header = encode({ alg: "RS256", typ: "at+jwt", kid: "2026-11" });
	const claims = { iss: issuer, aud: resource, sub: "01JD2X5Z7W8Q9R", client_id: "shop", scope: "openid orders.read orders.write" };
	const signed = `${header}.${encode({ ...claims, jti: `01JD2X5Z7W8Q9R.${index}`, iat: now, exp: now + 3600, auth_time: now, acr: "pwd" })}`;
	return { signed, token: `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}` };
});

const keys = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "2026-11", alg: "RS256", use: "sig" }] };
const fetch = async (url: string) => Response.json(url.endsWith("/jwks.json") ? keys : { issuer, jwks_uri: `${issuer}/jwks.json` });
const requests = tokens.map(({ token }) => ({ headers: { host: "orders.acme.test", authorization: `Bearer ${token}` } }));

async function microseconds(rounds: number, work: () => unknown): Promise<number> {
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / rounds;
}

async function verifyAll(times: number, of: typeof requests): Promise<void> {
	const api = createApi({ issuer, resource, fetch });
	for (let time = 0; time < times; time++) for (const request of of) await api.verify(request);
}

const parts = tokens.map(({ signed, token }) => ({
	data: Buffer.from(signed),
	signature: Buffer.from(token.slice(signed.length + 1), "base64url"),
}));
const bare = () => {
	for (const { data, signature } of parts) verify("sha256", data, publicKey, signature);
};
await verifyAll(1, requests);
const rows: Record<"bare" | "verified" | "remembered", number>[] = [];
for (let round = 0; round < 5; round++) {
	rows.push({
		bare: await microseconds(tokens.length, bare),
		verified: await microseconds(tokens.length, () => verifyAll(1, requests)),
		remembered: await microseconds(400_000, () => verifyAll(1_000, requests.slice(0, 400))),
	});
}
const median = (name: "bare" | "verified" | "remembered") => rows.map((row) => row[name]).sort((a, b) => a - b)[2]!;
for (const name of ["bare", "verified", "remembered"] as const)
	console.log(`${name.padEnd(10)} ${median(name).toFixed(2).padStart(6)} µs CPU ${Math.round(1e6 / median(name))}/s`);
