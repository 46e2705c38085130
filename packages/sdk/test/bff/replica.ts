import { createServer } from "node:http";
import express from "express";
import { createBff, redis } from "../../src/bff/index.ts";

/** One replica of a shop's back end, in a process of its own. */
export interface ReplicaSettings {
	readonly issuer: string;
	readonly secret: string;
	readonly origin: string;
	readonly api: string;
	readonly redis: string;
}

const { issuer, secret, origin, api, redis: url } = JSON.parse(process.env["REPLICA"]!) as ReplicaSettings;
const bff = createBff({
	issuer,
	clientId: "shop-bff",
	clientAuth: secret,
	origin,
	store: redis(url),
	routes: { "/api/*": { to: api, methods: ["GET", "POST"] } },
	onError: () => undefined,
});
const app = express();
app.use(bff.express());
app.get("/", (_, response) => void response.send("the shop"));
const server = createServer(app).listen(0, "127.0.0.1", () => {
	process.send?.((server.address() as { readonly port: number }).port);
});
process.on("disconnect", () => process.exit());
