/** Whose pages these are; read once, at the start. */
export interface Branding {
	readonly name: string;
	/** `#rrggbb`, for which `accentFaults` finds nothing. */
	readonly accent?: string;
	/** A picture as a `data:` URL: nothing is fetched to draw a page. */
	readonly logo?: string;
	readonly links?: { readonly help?: string; readonly privacy?: string };
}
