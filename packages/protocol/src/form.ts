/** One field of a form that a login method asks for. Pages know how to draw each `kind`, and what to call it. */
export interface FormField {
	readonly kind: "username" | "password";
	/** The `name` and the `id` of the input. */
	readonly name: string;
	/** The `autocomplete` token of HTML. */
	readonly autocomplete: string;
	readonly value?: string;
}

/** A form described as data; its words are the page's, by the kinds of its fields. */
export interface FormDescription {
	readonly fields: readonly FormField[];
}
