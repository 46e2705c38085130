import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { readSite } from "./files.ts";
import { answer } from "./serve.ts";

/** What the built shop is told, and what its pages may do beyond what every page of it may. */
export interface Handing {
	/** Where it is, as browsers find it. */
	readonly origin: string;
	/** Written into the page: one build runs anywhere. */
	readonly settings: Readonly<Record<string, string>>;
	/** Whom its scripts may call. */
	readonly connectTo: readonly string[];
	/** More of its security policy. */
	readonly policy?: readonly string[];
	/** Who may turn a text into a script (Trusted Types). */
	readonly trustedTypes: readonly string[];
}

/** Hands out the shop that `npm run build` made, as the last that a server tries: for every address that is no file's, the page. */
export function handOutShop({ origin, settings, connectTo, policy = [], trustedTypes }: Handing) {
	const site = readSite(join(import.meta.dirname, "..", "..", "shop", "dist"), settings);
	const headers = {
		"Content-Security-Policy": [
			"default-src 'none'",
			// Scripts and styles of our own alone, none written into a page: injected markup runs nothing.
			"script-src 'self'",
			"style-src 'self'",
			"img-src 'self'",
			// Even a script that got in could send what it finds only to those who know it already.
			`connect-src ${connectTo.join(" ")}`,
			...policy,
			"require-trusted-types-for 'script'",
			`trusted-types ${trustedTypes.join(" ")}`,
			"base-uri 'none'",
			"form-action 'none'",
			"frame-ancestors 'none'",
		].join("; "),
		"Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		// The address of a page that signs in carries a code for a moment: no other site is told our addresses.
		"Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff",
	};
	return (request: IncomingMessage, response: ServerResponse) => {
		const { status, headers: about, body } = answer(site, request.method ?? "", request.url ?? "", origin);
		response.writeHead(status, { ...headers, ...about, "Content-Length": body.length }).end(request.method === "HEAD" ? undefined : body);
	};
}
