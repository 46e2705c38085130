import { expect, test } from "vitest";
import { growth, strangeTexts } from "../../server/test/growth.ts";
import { answerHeaders } from "../src/bff/answer-headers.ts";
import { requestHeaders } from "../src/bff/request-headers.ts";
import { pathFault } from "../src/bff/request-path.ts";
import { findRoute, readRoutes } from "../src/bff/routes.ts";
import { callbackIn } from "../src/core/callback.ts";
import { claimsIn } from "../src/core/json-web-token.ts";
import { resourceOf } from "../src/core/resources.ts";
import { answerIn } from "../src/mobile/redirect.ts";
import { cookiesOf } from "../src/web/cookies.ts";
import { harmless } from "../src/web/failure.ts";
import { ownPath } from "../src/web/return-to.ts";

/* PG-13: what the editions read of strangers. Ten times the text may cost at most twelve times the CPU. */

const origin = "https://shop.acme.test";
const redirect = "com.acme.shop:/auth";
const routes = readRoutes({ "/api/orders/*": { to: "https://orders.acme.test", methods: ["GET"] } });
const inHeader = (text: string) => text.replace(/[^\x20-\x7e]/g, "?").trim();

const readers: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
	["cookiesOf", (text) => cookiesOf({ headers: { cookie: text } })],
	["ownPath", (text) => ownPath(text, origin)],
	["harmless", harmless],
	["callbackIn", (text) => callbackIn(`${origin}/auth/callback?state=${text}&code=${text}`, `${origin}/auth/callback`)],
	["answerIn", (text) => answerIn(`${redirect}?state=${text}&code=${text}`, redirect)],
	["claimsIn", (text) => claimsIn(`${text}.${text}.${text}`)],
	["resourceOf", (text) => resourceOf(new URL(`/${text}`, origin), { [`${origin}/v1`]: { urls: [`${origin}/v2`] } })],
	["pathFault", pathFault],
	["findRoute", (text) => findRoute(routes, "GET", `/api/orders/${text}`)],
	["requestHeaders", (text) => requestHeaders(new Headers({ connection: inHeader(text), accept: inHeader(text) }), "token", origin)],
	["answerHeaders", (text) => answerHeaders(new Headers({ "www-authenticate": inHeader(text), connection: inHeader(text) }), undefined)],
];

test.each(readers.map(([name, read]) => ({ name, read })))("PG-13 $name grows no faster than its input", async ({ read }) => {
	for (const [what, made] of Object.entries(strangeTexts)) {
		const workOn = (length: number) => {
			const text = made(length);
			return () => attempt(() => read(text));
		};
		expect(await growth(workOn, 1_000), what).toBeLessThanOrEqual(12);
	}
});

/** What is refused counts by what that costs. */
function attempt(work: () => unknown): void {
	try {
		work();
	} catch {
		// An address that is none.
	}
}
