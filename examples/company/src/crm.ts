import "./localhost.ts";
import { createServer } from "node:http";
import { createApi } from "@gatehouse/sdk/resource-server";
import express from "express";
import { products } from "./catalogue.ts";
import { parties } from "./parties.ts";
import { run } from "./run.ts";
import { shareWith, webViews } from "./sharing.ts";

/*
 * An API in Express. It knows its issuer and its own identifier, nothing else: tokens are checked with the issuer's public keys,
 * without asking it for each request.
 */
const api = createApi({ issuer: parties.auth.origin, resource: parties.crm.origin });
const sharedWith = shareWith([parties.shop.origin, ...webViews]);

interface Customer {
	readonly name: string;
	readonly town: string;
}

const customers: Customer[] = [
	{ name: "Beck & Daughters", town: "Harwick" },
	{ name: "Fernhill Dairy", town: "Fernhill" },
	{ name: "Northgate Books", town: "Easton" },
	{ name: "The Copper Kettle", town: "Harwick" },
];

const app = express().disable("x-powered-by").disable("etag");
app.use((request, response, next) => {
	response.set("Cache-Control", "no-store");
	response.on("finish", () => console.log(`${request.method} ${request.path} ${response.statusCode}${caller(request)}`));
	next();
});
// Before the guards: a browser asks whether it may ask without a token, and must be able to read a refusal.
app.use((request, response, next) => {
	const { headers, preflight } = sharedWith(request);
	response.set(headers);
	if (preflight) response.status(204).end();
	else next();
});
app.use(api.express());

app.get("/products", api.guard({ scope: "crm.read" }), (_request, response) => {
	response.json({ products });
});

app.get("/customers", api.guard({ scope: "crm.read" }), (_request, response) => {
	response.json({ customers });
});

app.post("/customers", api.guard({ scope: "crm.write" }), express.json({ limit: "4kb" }), (request, response) => {
	const customer = customerIn(request.body);
	if (!customer || customers.length >= 100) {
		response.status(400).json({ error: "A customer has a name and a town of at most 80 characters each, and there is room for 100." });
		return;
	}
	customers.push(customer);
	response.status(201).json(customer);
});

run("crm", createServer(app));

function customerIn(body: unknown): Customer | undefined {
	const { name, town } = (body ?? {}) as Record<string, unknown>;
	return isLine(name) && isLine(town) ? { name, town } : undefined;
}

function isLine(value: unknown): value is string {
	return typeof value === "string" && value.trim() !== "" && value.length <= 80;
}

function caller({ auth }: express.Request): string {
	return auth ? `, ${auth.clientId} for ${auth.subject}` : "";
}
