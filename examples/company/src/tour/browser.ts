import { headingOf, type Page, readPage, submission } from "./page.ts";
import type { Walk } from "./walk.ts";

/** Where a browser has come to: a page of `auth`, or the address to which `auth` sent it away. */
export type Arrival = { readonly page: Page; readonly left?: undefined } | { readonly page?: undefined; readonly left: URL };

/** What browsers call themselves. */
export const userAgents = {
	laptop: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	phone: "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
} as const;

/** As much of a browser as the sign-in needs: cookies of one host, redirects, and forms. No JavaScript. */
export class Browser {
	readonly #walk: Walk;
	readonly #origin: string;
	readonly #userAgent: string;
	readonly #cookies = new Map<string, string>();
	/** What every `Set-Cookie` said, with its value left out. */
	readonly cookiesSet: string[] = [];

	/** @param userAgent what it says it is */
	constructor(walk: Walk, origin: string, userAgent: string) {
		this.#walk = walk;
		this.#origin = origin;
		this.#userAgent = userAgent;
	}

	/** Opens an address of `auth` and follows where it leads. */
	async open(url: URL): Promise<Arrival> {
		this.#walk.sent(`GET ${url.origin}${url.pathname}`, visible(url));
		return this.#follow(url, await this.#request(url, { headers: { "sec-fetch-site": "none" } }));
	}

	/** Fills in and sends the form that holds the button with this id. */
	async submit(page: Page, button: string, filled: Readonly<Record<string, string>> = {}): Promise<Arrival> {
		const { action, fields } = submission(page, button, filled);
		this.#walk.sent(`POST ${action.origin}${action.pathname}  (form of “${button}”)`, Object.entries(filled));
		const body = new URLSearchParams(fields.map(([name, value]) => [name, value]));
		return this.#follow(action, await this.#request(action, { method: "POST", body, headers: { "sec-fetch-site": "same-origin" } }));
	}

	async #follow(from: URL, first: Response): Promise<Arrival> {
		let [url, response] = [from, first];
		for (let hops = 0; hops < 10; hops++) {
			const location = response.headers.get("location");
			if (location === null) {
				const page = readPage(url, await response.text());
				this.#walk.got(`${response.status}  the page “${page.kind}”: ${headingOf(page)}`);
				return { page };
			}
			url = new URL(location, url);
			this.#walk.got(`${response.status}  to ${url.origin}${url.pathname}`, url.origin === this.#origin ? [] : visible(url));
			if (url.origin !== this.#origin) return { left: url };
			response = await this.#request(url, { headers: { "sec-fetch-site": "same-origin" } });
		}
		throw new Error("There are more than ten redirects.");
	}

	async #request(url: URL, init: RequestInit): Promise<Response> {
		const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		const headers = { ...init.headers, "user-agent": this.#userAgent, ...(cookie !== "" && { cookie }) };
		const response = await fetch(url, { ...init, redirect: "manual", headers });
		for (const line of response.headers.getSetCookie()) this.#keep(line);
		return response;
	}

	#keep(line: string): void {
		const [pair = "", ...attributes] = line.split("; ");
		const [name = ""] = pair.split("=", 1);
		this.cookiesSet.push([name, ...attributes].join("; "));
		if (attributes.some((attribute) => /^(max-age=(0|-.*)|expires=.* 1970 .*)$/i.test(attribute))) this.#cookies.delete(name);
		else this.#cookies.set(name, pair.slice(name.length + 1));
	}
}

function visible(url: URL): Iterable<readonly [string, string]> {
	return [...url.searchParams].filter(([name]) => name !== "continue");
}
