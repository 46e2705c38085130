type App = (request: Request) => Promise<Response>;

interface Cookie {
	readonly value: string;
	readonly site: string;
	readonly line: string;
}

export interface Visit {
	readonly method?: "GET" | "POST";
	/** Who leads there: the person by typing, a page of the app's own, of another site, or of a sibling host. */
	readonly from?: "typed" | "own" | "elsewhere" | "sibling";
	readonly body?: URLSearchParams;
	readonly headers?: Readonly<Record<string, string>>;
}

const sites = { typed: "none", own: "same-origin", elsewhere: "cross-site", sibling: "same-site" } as const;

/** A browser in front of an app that speaks fetch: what of cookies and Fetch Metadata decides about a sign-in, and no more. */
export class Browser {
	readonly #app: App;
	readonly #origin: string;
	readonly cookies = new Map<string, Cookie>();
	/** Everything that a page, its address or its headers showed, for looking for what must not stand there. */
	readonly seen: string[] = [];

	constructor(app: App, origin: string) {
		this.#app = app;
		this.#origin = origin;
	}

	/** One request, as when a page is opened; redirects and hops are the caller's to follow. */
	async go(url: string, { method = "GET", from = "own", body, headers = {} }: Visit = {}): Promise<Response> {
		const cookie = [...this.cookies]
			.filter(([, { site }]) => from !== "elsewhere" || (site === "Lax" && method === "GET"))
			.map(([name, { value }]) => `${name}=${value}`)
			.join("; ");
		const sent = new Headers({
			accept: "text/html",
			"sec-fetch-site": sites[from],
			"sec-fetch-mode": "navigate",
			"sec-fetch-dest": "document",
			...(cookie !== "" && { cookie }),
			...headers,
		});
		const response = await this.#app(new Request(new URL(url, this.#origin), { method, headers: sent, ...(body && { body }) }));
		for (const line of response.headers.getSetCookie()) this.#take(line);
		this.seen.push(`${response.headers.get("location")} ${await response.clone().text()}`);
		return response;
	}

	/** As scripts do it. */
	call(url: string, visit: Visit = {}): Promise<Response> {
		return this.go(url, {
			...visit,
			headers: { accept: "*/*", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", ...visit.headers },
		});
	}

	/** Goes on through redirects and hops of the app, until a page stands or the way leads to another origin. */
	async open(url: string, visit: Visit = {}): Promise<{ readonly url: string; readonly response: Response }> {
		let [here, how] = [new URL(url, this.#origin).href, visit];
		for (let steps = 0; steps < 20; steps++) {
			const response = await this.go(here, how);
			const [to, hops] = nextOf(response, await response.clone().text());
			if (to === undefined) return { url: here, response };
			here = new URL(to, here).href;
			if (!here.startsWith(`${this.#origin}/`)) return { url: here, response };
			// What a redirect leads to is still the doing of the page that led to it; what a hop leads to is our own.
			how = { from: hops ? "own" : (visit.from ?? "own") };
		}
		throw new Error(`no end at ${here}`);
	}

	cookie(beginning: string): string | undefined {
		return [...this.cookies].find(([name]) => name.startsWith(beginning))?.[1].value;
	}

	#take(line: string): void {
		const [pair = "", ...attributes] = line.split("; ");
		const [name = "", value = ""] = pair.split("=");
		if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
		else this.cookies.set(name, { value, site: /SameSite=(\w+)/.exec(line)?.[1] ?? "", line });
	}
}

function nextOf({ status, headers }: Response, text: string): readonly [string | undefined, boolean] {
	if (status === 303) return [headers.get("location") ?? undefined, false];
	const refresh = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(text)?.[1];
	return [refresh?.replaceAll("&amp;", "&").replaceAll("&#39;", "'"), true];
}
