import { FORM, type HttpAnswer, type HttpClient } from "./http-client.ts";

/** A browser with its own cookies on one origin. It follows nothing by itself. */
export interface Browser {
	get(path: string): Promise<HttpAnswer>;
	/** Submits a form. */
	post(path: string, fields: Readonly<Record<string, string>>): Promise<HttpAnswer>;
	/** The Cookie header for a path. */
	cookies(path: string): string;
}

interface Cookie {
	readonly value: string;
	readonly path: string;
}

function remember(jar: Map<string, Cookie>, answer: HttpAnswer): void {
	for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
		const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
		const name = pair.slice(0, pair.indexOf("="));
		const value = pair.slice(pair.indexOf("=") + 1);
		const attribute = (wanted: string): string | undefined =>
			attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
		const expired = attribute("max-age") === "0" || Date.parse(attribute("expires") ?? "") < Date.now();
		if (value === "" || expired) jar.delete(name);
		else jar.set(name, { value, path: attribute("path") ?? "/" });
	}
}

/** Opens a browser that has never been here. */
export function openBrowser(http: HttpClient): Browser {
	const jar = new Map<string, Cookie>();
	const cookies = (path: string): string => {
		const target = path.split("?", 1)[0]!;
		const covers = (scope: string): boolean => target === scope || target.startsWith(scope.endsWith("/") ? scope : `${scope}/`);
		return [...jar].flatMap(([name, cookie]) => (covers(cookie.path) ? [`${name}=${cookie.value}`] : [])).join("; ");
	};
	const go = async (method: "GET" | "POST", path: string, headers: Record<string, string>, body?: string): Promise<HttpAnswer> => {
		const cookie = cookies(path);
		const answer = await http.request(method, path, { ...headers, accept: "text/html", ...(cookie && { cookie }) }, body);
		remember(jar, answer);
		return answer;
	};
	return {
		cookies,
		get: (path) => go("GET", path, {}),
		// As Chromium sends it from a page with `Referrer-Policy: no-referrer`.
		post: (path, fields) =>
			go("POST", path, { ...FORM, origin: "null", "sec-fetch-site": "same-origin" }, new URLSearchParams(fields).toString()),
	};
}
