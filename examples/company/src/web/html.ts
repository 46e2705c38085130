const markup = Symbol("markup");

/** Text that is HTML already. Only {@link html} makes it, so whatever else lands in a page is escaped. */
export interface Html {
	readonly [markup]: string;
}

type Piece = Html | readonly Html[] | string | number;

/**
 * Puts a page together; every value that is not {@link Html} is escaped.
 *
 * @example html`<h1>${name}</h1>`
 */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
	return { [markup]: parts.map((part, index) => part + (index < pieces.length ? text(pieces[index] as Piece) : "")).join("") };
}

/** The finished text of a page. */
export function render(page: Html): string {
	return page[markup];
}

function text(piece: Piece): string {
	if (typeof piece === "object") return markup in piece ? piece[markup] : piece.map((one) => one[markup]).join("");
	return String(piece).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
