import "./localhost.ts";
import { type Auth, createApi } from "@gatehouse/sdk/resource-server";
import fastify from "fastify";
import { parties } from "./parties.ts";
import { run } from "./run.ts";
import { shareWith, webViews } from "./sharing.ts";

/* The second API, in Fastify. A token for the first one is worth nothing here: its audience is another. */
const api = createApi({ issuer: parties.auth.origin, resource: parties.orders.origin });
const sharedWith = shareWith([parties.shop.origin, ...webViews]);

declare module "fastify" {
	interface FastifyRequest {
		/** Who calls, behind a guard. Said here, because the SDK does not depend on Fastify. */
		auth?: Auth;
	}
}

const orders = [
	{
		number: 1041,
		customer: "The Copper Kettle",
		placed: "2026-11-23",
		items: [
			{ name: "Oak-lid teapot", amount: 4 },
			{ name: "Enamel mug", amount: 3 },
		],
		total: "180.50",
		state: "packed",
	},
	{
		number: 1042,
		customer: "Northgate Books",
		placed: "2026-11-26",
		items: [{ name: "Enamel mug", amount: 8 }],
		total: "76.00",
		state: "paid",
	},
	{
		number: 1043,
		customer: "Fernhill Dairy",
		placed: "2026-11-18",
		items: [
			{ name: "Barn ladder", amount: 10 },
			{ name: "Storm lantern", amount: 5 },
			{ name: "Yard broom", amount: 8 },
		],
		total: "1306.00",
		state: "sent",
	},
] as const;

const app = fastify();
app.addHook("onResponse", async (request, reply) => {
	const caller = request.auth ? `, ${request.auth.clientId} for ${request.auth.subject}` : "";
	console.log(`${request.method} ${request.url.split("?")[0]} ${reply.statusCode}${caller}`);
});
// Before the guards: a browser asks whether it may ask without a token, and must be able to read a refusal.
app.addHook("onRequest", async (request, reply) => {
	const { headers, preflight } = sharedWith(request.raw);
	reply.headers(headers);
	if (preflight) return reply.code(204).send();
});
app.register(api.fastify);

app.get("/orders", { preHandler: api.guard({ scope: "orders.read" }).fastify }, async (_request, reply) => {
	reply.header("cache-control", "no-store");
	return { orders };
});

await app.ready();
run("orders", app.server);
