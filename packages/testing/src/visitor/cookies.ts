/** A cookie as a browser keeps it (RFC 6265bis §5.5). */
interface Cookie {
	readonly name: string;
	readonly value: string;
	readonly host: string;
	readonly path: string;
	/** Epoch milliseconds; absent: until the browser is closed. */
	readonly expires?: number;
	readonly strict: boolean;
}

/** The cookies of one browser. */
export interface CookieJar {
	/** @param crossSite whether another site led here: then strict cookies stay */
	readonly header: (url: URL, crossSite: boolean) => string;
	readonly take: (url: URL, setCookie: readonly string[]) => void;
	/** The value of a cookie that would be sent there. */
	readonly get: (url: URL, name: string) => string | undefined;
	readonly clear: () => void;
}

/** Keeps cookies as browsers do: by host and path and for every port, `Secure` also on loopback, `__Host-` by its rules. */
export function createCookieJar(now: () => number): CookieJar {
	let kept: readonly Cookie[] = [];
	const matching = (url: URL) =>
		kept
			.filter(
				({ host, path, expires }) => host === url.hostname && isBelow(url.pathname, path) && (expires ?? Number.POSITIVE_INFINITY) > now(),
			)
			.sort((a, b) => b.path.length - a.path.length);
	return {
		header: (url, crossSite) =>
			matching(url)
				.filter(({ strict }) => !(strict && crossSite))
				.map(({ name, value }) => `${name}=${value}`)
				.join("; "),
		take(url, lines) {
			for (const line of lines) {
				const cookie = read(line, url, now());
				if (cookie === undefined) continue;
				const others = kept.filter((one) => one.name !== cookie.name || one.host !== cookie.host || one.path !== cookie.path);
				kept = (cookie.expires ?? Number.POSITIVE_INFINITY) <= now() ? others : [...others, cookie];
			}
		},
		get: (url, name) => matching(url).find((cookie) => cookie.name === name)?.value,
		clear() {
			kept = [];
		},
	};
}

function read(line: string, url: URL, now: number): Cookie | undefined {
	const [pair = "", ...rest] = line.split(";");
	const equals = pair.indexOf("=");
	if (equals < 0) return undefined;
	const [name, value] = [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
	const attributes = new Map(
		rest.map((attribute) => {
			const [key = "", ...text] = attribute.split("=");
			return [key.trim().toLowerCase(), text.join("=").trim()] as const;
		}),
	);
	const path = attributes.get("path")?.startsWith("/") ? String(attributes.get("path")) : defaultPath(url.pathname);
	// A browser drops what its prefix does not allow (RFC 6265bis §4.1.3), silently.
	const secure = attributes.has("secure") && isTrustworthy(url);
	const hostOnly = !attributes.has("domain");
	if (attributes.has("secure") && !secure) return undefined;
	if (/^__secure-/i.test(name) && !secure) return undefined;
	if (/^__host-/i.test(name) && !(secure && hostOnly && attributes.get("path") === "/")) return undefined;
	// Another host's cookie is none of ours; domains of several hosts are not needed on loopback.
	if (!hostOnly && attributes.get("domain")?.replace(/^\./, "") !== url.hostname) return undefined;
	const seconds = /^-?\d+$/.test(attributes.get("max-age") ?? "") ? Number(attributes.get("max-age")) : undefined;
	const date = Date.parse(attributes.get("expires") ?? "");
	const expires = seconds !== undefined ? now + seconds * 1000 : Number.isNaN(date) ? undefined : date;
	return {
		name,
		value,
		host: url.hostname,
		path,
		...(expires === undefined ? {} : { expires }),
		strict: attributes.get("samesite")?.toLowerCase() === "strict",
	};
}

function isTrustworthy({ protocol, hostname }: URL): boolean {
	return (
		protocol === "https:" ||
		hostname === "localhost" ||
		hostname.endsWith(".localhost") ||
		hostname === "[::1]" ||
		hostname.startsWith("127.")
	);
}

/** RFC 6265 §5.1.4. */
function defaultPath(path: string): string {
	return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

function isBelow(path: string, cookiePath: string): boolean {
	return path === cookiePath || (path.startsWith(cookiePath) && (cookiePath.endsWith("/") || path[cookiePath.length] === "/"));
}
