import "./localhost.ts";
import * as client from "openid-client";
import { parties } from "./parties.ts";
import { secretOf } from "./secrets.ts";

/* Service to service: nobody is present, so the job signs in as itself (client credentials, RFC 6749 §4.4). */
const { auth, orders } = parties;

try {
	const provider = await client.discovery(new URL(auth.origin), "night-job", undefined, client.ClientSecretBasic(secretOf("night-job")), {
		// The demo's issuer is plain http on loopback. A real one is https, and this line goes away.
		execute: [client.allowInsecureRequests],
	});
	const token = await client.clientCredentialsGrant(provider, { scope: "orders.read", resource: orders.origin });
	const answer = await fetch(`${orders.origin}/orders`, { headers: { authorization: `Bearer ${token.access_token}` } });
	if (!answer.ok) throw new Error(`orders answered ${answer.status}`);
	const found = (await answer.json()) as { orders: readonly { number: number; state: string }[] };
	const open = found.orders.filter((order) => order.state !== "sent");
	console.log(`${found.orders.length} orders, ${open.length} still to send: ${open.map((order) => order.number).join(", ")}`);
} catch (error) {
	const { message, cause } = error as Error;
	console.error(`The night job could not do its work: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}`);
	process.exitCode = 1;
}
