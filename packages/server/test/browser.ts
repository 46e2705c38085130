import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { encode, type Fields } from "./form.ts";

/** A page as a browser without JavaScript sees it. */
export interface Shown {
	readonly status: number;
	/** Where it stands, or where the last redirect led that left the issuer. */
	readonly url: URL;
	readonly html: string;
	readonly headers: LightMyRequestResponse["headers"];
	/** `data-page` of the document. */
	readonly page: string | undefined;
	/** The text of the element with that id. */
	text(id: string): string | undefined;
}

/** A browser: a cookie jar that keeps the rules of `__Host-`, redirects followed within the issuer, forms found and sent by id. */
export class Browser {
	readonly cookies = new Map<string, string>();
	readonly #app: FastifyInstance;
	readonly #issuer: string;

	constructor(app: FastifyInstance, issuer: string) {
		this.#app = app;
		this.#issuer = issuer;
	}

	/** One request, no redirect followed. */
	async send(method: "GET" | "POST", url: string, fields?: Fields, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
		const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		const answer = await this.#app.inject({
			method,
			url: url.startsWith(this.#issuer) ? url.slice(this.#issuer.length) : url,
			headers: {
				host: new URL(this.#issuer).host,
				accept: "text/html",
				...(cookie === "" ? {} : { cookie }),
				...(fields ? { "content-type": "application/x-www-form-urlencoded" } : {}),
				...headers,
			},
			...(fields ? { payload: encode(fields) } : {}),
		});
		for (const line of [answer.headers["set-cookie"] ?? []].flat()) this.#take(line);
		return answer;
	}

	/** Goes to an address and follows redirects as long as they stay with the issuer. */
	async go(url: string): Promise<Shown> {
		return this.#follow(url, await this.send("GET", url));
	}

	/**
	 * Sends the form of a page as a click on the button with that id does.
	 *
	 * @param typed what to type, by id; a box that is set to `""` is unticked
	 */
	async click(
		shown: Shown,
		button: string,
		typed: Readonly<Record<string, string>> = {},
		headers?: Record<string, string>,
	): Promise<Shown> {
		const form = formOf(shown.html, button);
		const fields: Record<string, string | string[]> = {};
		for (const input of form.inputs) {
			const value = typed[input.id ?? ""] ?? input.value;
			if (input.name === undefined || (input.type === "checkbox" && typed[input.id ?? ""] === "")) continue;
			const before = fields[input.name];
			fields[input.name] = before === undefined ? value : [before, value].flat();
		}
		if (form.button.name !== undefined) fields[form.button.name] = form.button.value;
		const action = new URL(form.action, shown.url).href;
		return this.#follow(action, await this.send("POST", action, fields, { "sec-fetch-site": "same-origin", origin: "null", ...headers }));
	}

	/** The hidden fields of a page's form, for tests that send it in a way no browser would. */
	hidden(shown: Shown): Record<string, string> {
		const inputs = formOf(shown.html).inputs.filter((input) => input.type === "hidden" && input.name !== undefined);
		return Object.fromEntries(inputs.map((input) => [input.name, input.value]));
	}

	async signIn(shown: Shown, username: string, password: string): Promise<Shown> {
		return this.click(shown, "login-submit", { username, password });
	}

	async #follow(url: string, answer: LightMyRequestResponse): Promise<Shown> {
		let at = new URL(url, this.#issuer);
		let current = answer;
		for (let hop = 0; hop < 10; hop++) {
			const { location } = current.headers;
			if (location === undefined) return shown(at, current);
			at = new URL(location, at);
			if (at.origin !== this.#issuer) return shown(at, current);
			current = await this.send("GET", at.href);
		}
		throw new Error(`too many redirects, the last to ${at.pathname}`);
	}

	#take(line: string): void {
		const [pair = "", ...attributes] = line.split("; ");
		const equals = pair.indexOf("=");
		const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
		const lower = attributes.map((attribute) => attribute.toLowerCase());
		if (name.startsWith("__Host-") && (!lower.includes("secure") || !lower.includes("path=/") || lower.some((a) => a.startsWith("domain"))))
			throw new Error(`a browser refuses the cookie ${name}`);
		if (lower.includes("max-age=0")) this.cookies.delete(name);
		else this.cookies.set(name, value);
	}
}

function shown(url: URL, answer: LightMyRequestResponse): Shown {
	const html = answer.body;
	return {
		status: answer.statusCode,
		url,
		html,
		headers: answer.headers,
		page: /<html[^>]*\bdata-page="([^"]*)"/.exec(html)?.[1],
		text(id) {
			const start = new RegExp(`<(\\w+)[^>]*\\bid="${id}"[^>]*>`).exec(html);
			if (!start) return undefined;
			const rest = html.slice(start.index + start[0].length);
			const end = rest.indexOf(`</${start[1]}>`);
			return decode(rest.slice(0, end < 0 ? undefined : end).replaceAll(/<[^>]*>/g, " "))
				.replaceAll(/\s+/g, " ")
				.trim();
		},
	};
}

interface Input {
	readonly id: string | undefined;
	readonly name: string | undefined;
	readonly type: string;
	readonly value: string;
}

/** The form that holds the element with that id, or the first. */
function formOf(
	html: string,
	id?: string,
): {
	readonly action: string;
	readonly inputs: readonly Input[];
	readonly button: { readonly name: string | undefined; readonly value: string };
} {
	const forms = [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)];
	const form = forms.find(([, , inside = ""]) => id === undefined || inside.includes(`id="${id}"`));
	if (!form) throw new Error(`no form with #${id} on this page: ${html.slice(0, 400)}`);
	const attribute = (tag: string, name: string) => {
		const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
		return found === undefined ? undefined : decode(found);
	};
	const inputs = [...(form[2] ?? "").matchAll(/<input\b(?:[^>"]|"[^"]*")*>/g)].map(([tag]) => ({
		id: attribute(tag, "id"),
		name: attribute(tag, "name"),
		type: attribute(tag, "type") ?? "text",
		value: attribute(tag, "value") ?? "",
	}));
	const button = id === undefined ? undefined : new RegExp(`<button\\b[^>]*\\bid="${id}"[^>]*>`).exec(form[2] ?? "")?.[0];
	return {
		action: attribute(form[1] ?? "", "action") ?? "",
		inputs,
		button: { name: button && attribute(button, "name"), value: (button && attribute(button, "value")) ?? "" },
	};
}

function decode(text: string): string {
	return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}
