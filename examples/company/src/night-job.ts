import "./localhost.ts";
import { AuthError, createMachine, file, privateKey } from "@gatehouse/sdk/machine";
import { parties } from "./parties.ts";
import { keyFile } from "./secrets.ts";

/* Service to service: nobody is present, so the job signs in as itself (client credentials, RFC 6749 §4.4), by its private key (RFC 7523). */
const { orders } = parties;
const auth = createMachine({ issuer: parties.auth.origin, clientId: "night-job", clientAuth: privateKey(file(keyFile())) });

try {
	const answer = await auth.fetch(`${orders.origin}/orders`);
	if (!answer.ok) throw new Error(`orders answered ${answer.status}`);
	const found = (await answer.json()) as { orders: readonly { number: number; state: string }[] };
	const open = found.orders.filter((order) => order.state !== "sent");
	console.log(`${found.orders.length} orders, ${open.length} still to send: ${open.map((order) => order.number).join(", ")}`);
} catch (error) {
	const { message, cause } = error as Error;
	// What an AuthError says is whole; the platform's fetch says only that it failed.
	const why = !(error instanceof AuthError) && cause instanceof Error ? ` (${cause.message})` : "";
	console.error(`The night job could not do its work: ${message}${why}`);
	process.exitCode = 1;
}
