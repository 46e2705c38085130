import type { CookieOptions, Request } from "express";

/**
 * How every cookie of the web apps is set. With the prefix `__Host-` in its name a browser keeps it to this very host. Lax, because the
 * way back from `auth` starts at another site; what changes something asks for a form token besides.
 */
export const cookieOptions: CookieOptions = { path: "/", secure: true, httpOnly: true, sameSite: "lax" };

/**
 * The value of the cookie `name`, if the request carries exactly one. Blanks and tabs may stand before it and nothing else: browsers do not see
 * the prefix of a name that begins with another white space, and let any host of the site set it.
 */
export function readCookie(request: Request, name: string): string | undefined {
	const found = (request.get("cookie") ?? "").split(/;[ \t]*/).filter((pair) => pair.startsWith(`${name}=`));
	return found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
}
