import "./localhost.ts";
import { type Auth, createApi } from "@gatehouse/sdk/resource-server";
import fastify from "fastify";
import { parties } from "./parties.ts";
import { run } from "./run.ts";

/* The second API, in Fastify. A token for the first one is worth nothing here: its audience is another. */
const api = createApi({ issuer: parties.auth.origin, resource: parties.orders.origin });

declare module "fastify" {
	interface FastifyRequest {
		/** Who calls, behind a guard. Said here, because the SDK does not depend on Fastify. */
		auth?: Auth;
	}
}

const orders = [
	{ number: 1041, customer: "The Copper Kettle", total: "184.50", state: "packed" },
	{ number: 1042, customer: "Northgate Books", total: "76.00", state: "paid" },
	{ number: 1043, customer: "Fernhill Dairy", total: "1,290.00", state: "sent" },
] as const;

const app = fastify();
app.addHook("onResponse", async (request, reply) => {
	const caller = request.auth ? `, ${request.auth.clientId} for ${request.auth.subject}` : "";
	console.log(`${request.method} ${request.url.split("?")[0]} ${reply.statusCode}${caller}`);
});
app.register(api.fastify);

app.get("/orders", { preHandler: api.guard({ scope: "orders.read" }).fastify }, async (_request, reply) => {
	reply.header("cache-control", "no-store");
	return { orders };
});

await app.ready();
run("orders", app.server);
