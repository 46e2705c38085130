/**
 * A link from outside, when following it can do nothing but open a web page; else undefined.
 *
 * @example safeUrl("javascript:alert(1)") // undefined
 */
export function safeUrl(text: string | undefined): string | undefined {
	if (text === undefined || !URL.canParse(text)) return undefined;
	const { protocol, href } = new URL(text);
	return protocol === "https:" || protocol === "http:" ? href : undefined;
}

/** A picture that travels inside the page, when it is one; else undefined. Drawn by `img`, an SVG runs no script. */
export function pictureUrl(text: string | undefined): string | undefined {
	return text !== undefined && /^data:image\/(?:png|jpeg|webp|svg\+xml)[;,]/.test(text) ? text : undefined;
}

/** A picture that our own origin serves, when it is one; else undefined. */
export function ownPicture(path: string | undefined): string | undefined {
	return path !== undefined && /^\/logo\?[\w=&%.~!'()*-]+$/.test(path) ? path : undefined;
}

/**
 * Where a form may carry an authorization response: a web address, or an app's private-use scheme, which is a reversed domain
 * name and so has a dot (RFC 8252 §7.1); `javascript:` and its kind have none.
 */
export function responseTarget(redirectUri: string): string {
	const target = safeUrl(redirectUri) ?? (/^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/i.test(redirectUri) ? redirectUri : undefined);
	if (target === undefined) throw new RangeError("a redirect URI that no form may post to");
	return target;
}

/**
 * The part of a redirect URI by which people can know an app: the host, in ASCII so that no letter passes for another, or the
 * private-use scheme.
 *
 * @example placeOf("https://crm.example/callback") // "crm.example"
 */
export function placeOf(redirectUri: string): string {
	if (!URL.canParse(redirectUri)) return "";
	const { host, protocol } = new URL(redirectUri);
	return safeUrl(redirectUri) === undefined ? protocol.slice(0, -1) : host;
}
