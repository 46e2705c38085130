/** What every page of a web app comes with: it is one person's, it loads nothing from elsewhere, and its forms lead nowhere else. */
export const pageHeaders = {
	"Cache-Control": "no-store",
	"Content-Security-Policy":
		"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
	"Cross-Origin-Opener-Policy": "same-origin",
	// Its own forms say where they come from, and nobody else is told.
	"Referrer-Policy": "same-origin",
	"X-Content-Type-Options": "nosniff",
};
