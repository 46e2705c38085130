import { isLoopbackHost } from "./loopback.ts";

/**
 * Why a text is no address of a web page that people may be sent to: undefined when it is. https, or http on loopback;
 * `javascript:` and its like never become a link (PG-03).
 *
 * @returns the end of a sentence that begins with its place
 * @example whyNoWebPage("https://company.com/help"); // undefined
 */
export function whyNoWebPage(text: string): string | undefined {
	if (!URL.canParse(text)) return "is not a URL: write it in full, as in https://company.com/help";
	const url = new URL(text);
	if (url.username !== "" || url.password !== "") return "has a user name in it: take it away";
	if (url.protocol === "https:" || (url.protocol === "http:" && isLoopbackHost(url.hostname))) return undefined;
	return "must be https (http is for loopback alone)";
}
