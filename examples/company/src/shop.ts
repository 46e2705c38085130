import { createServer } from "node:http";
import { join } from "node:path";
import { parties } from "./parties.ts";
import { run } from "./run.ts";
import { readSite } from "./site/files.ts";
import { answer } from "./site/serve.ts";

/*
 * The program behind the shop only hands out files. The app itself (../shop/src) runs in the browser: it signs people in there, holds
 * the tokens there, and calls the APIs from there. So this program has no session, no cookie and no secret; what it does for security
 * are the headers that say what its pages may do.
 */
const { auth, crm, orders, shop } = parties;
const built = join(import.meta.dirname, "..", "shop", "dist");

// One build runs anywhere: where the others are is not compiled in, it is written into the page that is handed out.
const settings = { issuer: auth.origin, clientId: "shop", crm: crm.origin, orders: orders.origin };

const headers = {
	"Content-Security-Policy": [
		"default-src 'none'",
		// Scripts and styles of our own alone, none written into a page: injected markup runs nothing.
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self'",
		// Even a script that got in could send what it finds only to those who know it already.
		`connect-src ${auth.origin} ${crm.origin} ${orders.origin}`,
		// The SDK keeps the refresh token in a worker of its own, where scripts of the page cannot read it; its code comes as a blob.
		"worker-src blob:",
		// Strings become scripts in two places: Vue compiles none but asks, and the SDK starts its worker.
		"require-trusted-types-for 'script'",
		"trusted-types vue gatehouse",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	].join("; "),
	"Cross-Origin-Opener-Policy": "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	// The address of the page that signs in carries a code for a moment: no other site is told our addresses.
	"Referrer-Policy": "no-referrer",
	"X-Content-Type-Options": "nosniff",
};

const site = readSite(built, settings);
const server = createServer((request, response) => {
	const { status, headers: about, body } = answer(site, request.method ?? "", request.url ?? "", shop.origin);
	response.writeHead(status, { ...headers, ...about, "Content-Length": body.length }).end(request.method === "HEAD" ? undefined : body);
	console.log(`${request.method} ${(request.url ?? "").split("?")[0]} ${status}`);
});
run("shop", server);
