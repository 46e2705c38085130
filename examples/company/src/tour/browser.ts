import { overHttp } from "./over-http.ts";
import { headingOf, type Page, readPage, submission } from "./page.ts";
import type { Walk } from "./walk.ts";
import { type Answer, received } from "./wire.ts";

/** Where a browser has come to: a page of the host it is at, or the address to which that sent it away. */
export type Arrival = { readonly page: Page; readonly left?: undefined } | { readonly page?: undefined; readonly left: URL };

/** Where a browser says that a request comes from (Fetch Metadata §2.3): the person, a page of the same host, one of another. */
type Site = "none" | "same-origin" | "cross-site";

/** What browsers call themselves. */
export const userAgents = {
	laptop: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	office: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
	phone: "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
} as const;

/** As much of a browser as the sign-in needs, at one host: its cookies, redirects, forms, and the calls of a page's script. */
export class Browser {
	readonly #walk: Walk;
	readonly #origin: string;
	readonly #userAgent: string;
	readonly #cookies = new Map<string, string>();
	/** What every `Set-Cookie` said, with its value left out. */
	readonly cookiesSet: string[] = [];
	/** All that came to it: pages, answers, headers, and cookies with their values. */
	readonly received: string[] = [];

	/** @param userAgent what it says it is */
	constructor(walk: Walk, origin: string, userAgent: string) {
		this.#walk = walk;
		this.#origin = origin;
		this.#userAgent = userAgent;
	}

	/** The names of the cookies that it holds. */
	get cookies(): readonly string[] {
		return [...this.#cookies.keys()];
	}

	/** Another browser that somebody has put a copy of these cookies into. */
	copy(): Browser {
		const copy = new Browser(this.#walk, this.#origin, this.#userAgent);
		for (const [name, value] of this.#cookies) copy.#cookies.set(name, value);
		return copy;
	}

	/** Opens an address of its host and follows where it leads. @param from the kind of page that the link was on; none when it was typed */
	async open(url: URL, from: Site = "none"): Promise<Arrival> {
		this.#walk.sent(`GET ${url.origin}${url.pathname}`, visible(url));
		return this.#follow(url, await this.#request(url, "GET", navigation(from)));
	}

	/** Fills in and sends the form that holds the button with this id. */
	async submit(page: Page, button: string, filled: Readonly<Record<string, string>> = {}): Promise<Arrival> {
		const { action, fields } = submission(page, button, filled);
		this.#walk.sent(`POST ${action.origin}${action.pathname}  (form of “${button}”)`, Object.entries(filled));
		const body = new URLSearchParams(fields.map(([name, value]) => [name, value]));
		return this.#follow(action, await this.#request(action, "POST", navigation("same-origin"), body));
	}

	/** Calls as the script of a page does; its answer is JSON. The browser says by itself what kind of page that is. */
	async call(method: "GET" | "POST", url: URL, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
		this.#walk.sent(`${method} ${url.origin}${url.pathname}`, [...Object.entries(headers), ["cookie", this.cookies.join(", ") || "none"]]);
		const byItself = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" };
		const response = await this.#request(url, method, { ...byItself, ...headers });
		return received(this.#walk, response, response.ok && url.pathname.startsWith("/api/"));
	}

	async #follow(from: URL, first: Response): Promise<Arrival> {
		let [url, response] = [from, first];
		for (let hops = 0; hops < 10; hops++) {
			const location = response.headers.get("location");
			if (location === null) {
				const page = readPage(url, await response.text());
				this.#walk.got(`${response.status}  the page ${page.kind === "unknown" ? "" : `“${page.kind}”: `}${headingOf(page)}`);
				return { page };
			}
			url = new URL(location, url);
			// An address with a scheme of an app's own has no origin.
			const host = url.origin === "null" ? url.protocol : url.origin;
			this.#walk.got(`${response.status}  to ${host}${url.pathname}`, url.origin === this.#origin ? [] : visible(url));
			if (url.origin !== this.#origin) return { left: url };
			response = await this.#request(url, "GET", navigation("same-origin"));
		}
		throw new Error("There are more than ten redirects.");
	}

	async #request(url: URL, method: "GET" | "POST", headers: Readonly<Record<string, string>>, body?: URLSearchParams): Promise<Response> {
		const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		const response = await overHttp(url, method, { ...headers, "user-agent": this.#userAgent, ...(cookie !== "" && { cookie }) }, body);
		for (const line of response.headers.getSetCookie()) this.#keep(line);
		this.received.push(JSON.stringify([...response.headers]), await response.clone().text());
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

/** What a browser says of a page that is opened (Fetch Metadata). */
function navigation(from: Site): Readonly<Record<string, string>> {
	return { "sec-fetch-site": from, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
}

function visible(url: URL): Iterable<readonly [string, string]> {
	return [...url.searchParams].filter(([name]) => name !== "continue");
}
