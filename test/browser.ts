/** A browser without JavaScript: a cookie jar, redirects followed within one origin, forms sent as they stand. */
export class Browser {
	readonly #cookies = new Map<string, string>();
	readonly #origin: string;

	constructor(origin: string) {
		this.#origin = origin;
	}

	/** One request; no redirect is followed. */
	async send(url: string, init: RequestInit = {}): Promise<Response> {
		const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		const answer = await fetch(url, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
		for (const line of answer.headers.getSetCookie()) {
			const pair = line.split(";", 1)[0] ?? "";
			const equals = pair.indexOf("=");
			if (/max-age=0(?:;|$)/i.test(line)) this.#cookies.delete(pair.slice(0, equals));
			else this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
		}
		return answer;
	}

	/** Goes to an address, signs in where it is asked to, and answers where it was sent in the end, with the page that stands there. */
	async go(
		url: string,
		who: { readonly username: string; readonly password: string },
	): Promise<{ readonly url: URL; readonly html: string }> {
		let at = new URL(url);
		let answer = await this.send(url);
		for (let hop = 0; hop < 12; hop++) {
			const location = answer.headers.get("location");
			if (location !== null) {
				at = new URL(location, at);
				if (at.origin !== this.#origin) return { url: at, html: "" };
				answer = await this.send(at.href);
				continue;
			}
			const html = await answer.text();
			if (!html.includes('id="login-submit"')) return { url: at, html };
			const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]+)"/g)].map(([, name, value]) => [
				name ?? "",
				value ?? "",
			]);
			answer = await this.send(`${this.#origin}/login`, {
				method: "POST",
				headers: { "content-type": "application/x-www-form-urlencoded" },
				body: new URLSearchParams([...hidden, ["username", who.username], ["password", who.password]]),
			});
		}
		throw new Error("too many redirects");
	}
}
