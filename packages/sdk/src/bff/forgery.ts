/** What every call of the front end carries. A page of another origin cannot set it without being allowed to (Fetch §4.8, CORS preflight). */
const markHeader = "x-csrf";

/**
 * What makes a call one that a foreign page may have caused, or nothing: the header is missing, the browser says that it is not from our own
 * pages (Fetch Metadata §2.3), or another origin is named (RFC 10017, ASVS 3.5.1). `same-site` is foreign too: a sibling host is another app.
 *
 * @param own the app's origin
 */
export function forgedCall({ headers }: Request, own: string): string | undefined {
	if (headers.get(markHeader) !== "1") return `it lacks the header ${markHeader}: 1`;
	const site = headers.get("sec-fetch-site");
	if (site !== null && site !== "same-origin") return `it comes from a page that is ${site}`;
	const origin = headers.get("origin");
	if (origin !== null && origin !== own) return "it comes from another origin";
	return undefined;
}

/**
 * The same for a navigation, which can carry no header: it begins on one of our own pages, or with the person (an address that was typed, a
 * bookmark), and fills a window rather than a frame or a picture.
 */
export function forgedNavigation({ headers }: Request): string | undefined {
	const site = headers.get("sec-fetch-site");
	if (site !== null && site !== "same-origin" && site !== "none") return `it comes from a page that is ${site}`;
	const [mode, dest] = [headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")];
	if (mode !== null && mode !== "navigate") return "it is no navigation";
	if (dest !== null && dest !== "document") return `it is for ${dest}, not for a page`;
	return undefined;
}
