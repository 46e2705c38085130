import { TestingError } from "../testing-error.ts";
import { createCookieJar } from "./cookies.ts";
import { type Answered, exchange } from "./exchange.ts";
import { type Form, formOf, onlyFormOf, pageOf, refreshOf, textOf } from "./form.ts";
import { isCrossSite, siteOf } from "./site.ts";

/** What a visitor does at the issuer's pages. */
export interface Manners {
	readonly username: string;
	readonly password: string;
	/** At the page that asks what an app may do; `allow` unless said. */
	readonly consent?: "allow" | "deny";
}

/** Where a visitor stands. */
export interface Visited {
	readonly url: URL;
	readonly status: number;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	/** The document, or whatever else came. */
	readonly text: string;
	/** The text of the element with that id. */
	readonly textOf: (id: string) => string | undefined;
}

/** How far a visitor goes. */
export interface VisitOptions {
	/** Stops before the first address that this says, without asking for it. */
	readonly until?: (url: URL) => boolean;
	/** Sent with the requests that the app itself answers, such as `accept`. */
	readonly headers?: Readonly<Record<string, string>>;
}

/** A person at a browser, without the browser: cookies, redirects, and the issuer's pages filled in as they are shown. */
export interface Visitor {
	/**
	 * Goes to an address, follows wherever it leads, signs in and answers the issuer's pages on the way, and tells where
	 * it came to stand.
	 *
	 * @throws TestingError where the issuer refuses, or nobody answers
	 * @example const page = await visitor.open("http://localhost:3000/auth/sign-in?return_to=/orders");
	 */
	readonly open: (url: string | URL, options?: VisitOptions) => Promise<Visited>;
	/**
	 * Sends a form of the page it stands on, as a click on the button with that id does; without an id the only form.
	 *
	 * @param typed what to type, by the id of the field
	 */
	readonly press: (button?: string, typed?: Readonly<Record<string, string>>, options?: VisitOptions) => Promise<Visited>;
	/** The value of a cookie that would be sent to that address. */
	readonly cookie: (url: string | URL, name: string) => string | undefined;
	/** As closing the browser and opening one that knows nothing. */
	readonly forget: () => void;
}

interface Step {
	readonly method: "GET" | "POST";
	readonly url: URL;
	/** The page that led here; absent where the address was typed. */
	readonly from?: URL;
	readonly fields?: Form["fields"];
}

/** Nobody is asked for more pages in a row. */
const longestWay = 30;

/** @param own headers for the issuer alone, by which it knows whose errand this is */
export function createVisitor(issuer: string, manners: Manners, now: () => number, own: Readonly<Record<string, string>> = {}): Visitor {
	const jar = createCookieJar(now);
	let standing: Visited | undefined;

	async function go(first: Step, options: VisitOptions): Promise<Visited> {
		let step: Step = first;
		for (let count = 0; count < longestWay; count++) {
			if (!/^https?:$/.test(step.url.protocol) || options.until?.(step.url)) return stand(step.url, { status: 0, headers: {}, text: "" });
			const answered = await send(step, options);
			const next = nextStep(step, answered);
			if (next === undefined) return stand(step.url, answered);
			step = next;
		}
		throw new TestingError(`${first.url.href} leads from page to page without an end, the last was ${step.url.origin}${step.url.pathname}`);
	}

	async function send({ method, url, from, fields }: Step, options: VisitOptions): Promise<Answered> {
		const cookie = jar.header(url, from !== undefined && isCrossSite(from, url));
		const body = fields && new URLSearchParams(fields.map((field) => [...field])).toString();
		const answered = await exchange({
			method,
			url,
			headers: {
				accept: "text/html,application/xhtml+xml",
				"accept-language": "en",
				"sec-fetch-site": siteOf(from, url),
				"sec-fetch-mode": "navigate",
				"sec-fetch-dest": "document",
				...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded", origin: from?.origin ?? "null" }),
				...(url.origin === issuer ? own : options.headers),
				...(cookie === "" ? {} : { cookie }),
			},
			...(body === undefined ? {} : { body }),
		}).catch((cause: unknown) => {
			throw new TestingError(`nobody answers at ${url.origin}${url.pathname}: is it listening?`, { cause });
		});
		jar.take(url, [answered.headers["set-cookie"] ?? []].flat());
		return answered;
	}

	function nextStep(step: Step, { status, headers, text }: Answered): Step | undefined {
		const { location } = headers;
		if (status >= 300 && status < 400 && typeof location === "string") {
			const url = new URL(location, step.url);
			// 307 and 308 alone keep method and body (RFC 9110 §15.4).
			const kept = status === 307 || status === 308 ? step : { method: "GET" as const };
			return { ...kept, url, ...(step.from === undefined ? {} : { from: step.from }) };
		}
		if (step.url.origin === issuer) return atIssuer(step, text);
		const target = status === 200 ? refreshOf(text) : undefined;
		return target === undefined ? undefined : { method: "GET", url: new URL(target, step.url), from: step.url };
	}

	/** What a person does at a page of the issuer; undefined where they have arrived. */
	function atIssuer({ url, method }: Step, html: string): Step | undefined {
		const page = pageOf(html);
		const press = (button: string, typed: Readonly<Record<string, string>> = {}) => submit(url, formOf(html, button, typed));
		if (page === "error") {
			const said = [textOf(html, "error-text"), textOf(html, "error-code")].filter((text) => text !== undefined).join(" ");
			throw new TestingError(`the issuer shows an error page at ${url.pathname}: ${said}`);
		}
		// It answered a form with the same form: what was typed is refused.
		const refused = textOf(html, "login-error");
		if (page === "login" && method === "POST" && refused !== undefined)
			throw new TestingError(`the issuer does not let ${manners.username} in: ${refused}`);
		if (page === "login") return press("login-submit", { username: manners.username, password: manners.password });
		if (page === "select-account") return press("account-1");
		if (page === "consent") return press(manners.consent === "deny" ? "consent-deny" : "consent-allow");
		if (page === "continue") return press("continue-submit");
		if (page === "logout") return press("logout-confirm");
		if (page === "form-post") return submit(url, onlyFormOf(html));
		return undefined;
	}

	function submit(page: URL, form: Form | undefined): Step {
		if (form === undefined) throw new TestingError(`there is no such form on ${page.origin}${page.pathname}`);
		return { method: "POST", url: new URL(form.action, page), from: page, fields: form.fields };
	}

	function stand(url: URL, { status, headers, text }: Answered): Visited {
		standing = { url, status, headers, text, textOf: (id) => textOf(text, id) };
		return standing;
	}

	return {
		open: (url, options = {}) => go({ method: "GET", url: new URL(url) }, options),
		async press(button, typed = {}, options = {}) {
			if (standing === undefined) throw new TestingError("press() needs a page to stand on: open() one first");
			const form = button === undefined ? onlyFormOf(standing.text, typed) : formOf(standing.text, button, typed);
			return go(submit(standing.url, form), options);
		},
		cookie: (url, name) => jar.get(new URL(url), name),
		forget() {
			jar.clear();
			standing = undefined;
		},
	};
}
