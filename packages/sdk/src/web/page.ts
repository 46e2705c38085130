import { createHash } from "node:crypto";

const style = `body{font:1.125rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto 0;padding:0 1.25rem;color:#1c2024;background:#fff}
h1{font-size:1.5rem;line-height:1.3}small{color:#50565c}a{color:#0b57d0}code{overflow-wrap:anywhere}
button{font:inherit;padding:.6rem 1.25rem;border:0;border-radius:.4rem;background:#0b57d0;color:#fff;cursor:pointer}
a:focus-visible,button:focus-visible{outline:3px solid #f5a524;outline-offset:2px}
@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#16181b}small{color:#a5abb3}a{color:#8ab4f8}button{background:#8ab4f8;color:#16181b}}`;

/** Takes the place of this page in the history, so that Back does not lead through here again. */
const going = "location.replace(document.links[0].href)";

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(going)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** What every answer of these routes has: it is one person's, now, on a page of its own. */
const always = {
	"cache-control": "no-store",
	vary: "Cookie",
	"x-content-type-options": "nosniff",
	"content-security-policy": policy,
	// A form of these pages still says where it comes from.
	"referrer-policy": "same-origin",
} as const;

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => escapes[letter]!);

/** HTML, in which every value that is put in is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
	const put = (value: string | Html) => (typeof value === "string" ? escaped(value) : value.html);
	return { html: parts.reduce((made, part, index) => made + put(values[index - 1]!) + part) };
}

export interface Html {
	readonly html: string;
}

/** Headers of an answer, with as many cookies as it sets. */
function headersOf(cookies: readonly string[] = [], more: Readonly<Record<string, string>> = {}): Headers {
	const headers = new Headers({ ...always, ...more });
	for (const cookie of cookies) headers.append("set-cookie", cookie);
	return headers;
}

export interface Page {
	readonly title: string;
	readonly head?: Html;
	readonly body: Html;
	readonly status?: number;
	readonly cookies?: readonly string[];
	readonly headers?: Readonly<Record<string, string>>;
}

const nothing: Html = { html: "" };

/** A page of plain HTML that needs nothing else. */
export function page({ title, head = nothing, body, status = 200, cookies, headers }: Page): Response {
	const whole = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${head}
<title>${title}</title><style>${{ html: style }}</style></head>
<body><main><h1>${title}</h1>${body}</main></body></html>
`;
	return new Response(whole.html, { status, headers: headersOf(cookies, { "content-type": "text/html; charset=utf-8", ...headers }) });
}

/**
 * A page that leads on at once, with a script, without one, and at worst by hand. A redirect would still be the other site's doing, and the Strict
 * cookie that this answer sets would not be sent along it; what this page begins is our own (rule 20).
 */
export function hop(to: string, cookies: readonly string[] = []): Response {
	const head = html`<meta http-equiv="refresh" content="0;url=${to}">`;
	const body = html`<p><a href="${to}">Go on</a></p><script>${{ html: going }}</script>`;
	return page({ title: "One moment", head, body, cookies });
}

/** 303, so that what was posted is not posted again (RFC 9110 §15.4.4). */
export function redirect(to: string, cookies: readonly string[] = []): Response {
	return new Response(null, { status: 303, headers: headersOf(cookies, { location: to }) });
}

export function json(status: number, body: object, cookies: readonly string[] = [], more: Readonly<Record<string, string>> = {}): Response {
	return new Response(JSON.stringify(body), { status, headers: headersOf(cookies, { "content-type": "application/json", ...more }) });
}
