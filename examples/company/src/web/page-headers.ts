import { parties } from "../parties.ts";

/** A form may lead to `auth`, because signing out does; everything else stays at home. */
export const pageHeaders = {
	"Cache-Control": "no-store",
	"Content-Security-Policy": `default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${parties.auth.origin}`,
	"Cross-Origin-Opener-Policy": "same-origin",
	"Referrer-Policy": "no-referrer",
	"X-Content-Type-Options": "nosniff",
};
