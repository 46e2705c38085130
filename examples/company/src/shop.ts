import { createServer } from "node:http";
import { parties } from "./parties.ts";
import { run } from "./run.ts";
import { handOutShop } from "./site/hand-out.ts";

/*
 * The program behind the shop only hands out files. The app itself (../shop/src) runs in the browser: it signs people in there, holds
 * the tokens there, and calls the APIs from there. So this program has no session, no cookie and no secret; what it does for security
 * are the headers that say what its pages may do.
 */
const { auth, crm, orders, shop } = parties;

const handOut = handOutShop({
	origin: shop.origin,
	settings: { issuer: auth.origin, clientId: "shop", crm: crm.origin, orders: orders.origin },
	connectTo: [auth.origin, crm.origin, orders.origin],
	// The SDK keeps the refresh token in a worker of its own, where scripts of the page cannot read it; its code comes as a blob.
	policy: ["worker-src blob:"],
	// Strings become scripts in two places: Vue compiles none but asks, and the SDK starts its worker.
	trustedTypes: ["vue", "gatehouse"],
});
const server = createServer((request, response) => {
	response.on("finish", () => console.log(`${request.method} ${(request.url ?? "").split("?")[0]} ${response.statusCode}`));
	handOut(request, response);
});
run("shop", server);
