/** One field of a form that a login method asks for. Pages know how to draw each `kind`. */
export interface FormField {
	readonly kind: "username" | "password";
	/** The `name` and the `id` of the input. */
	readonly name: string;
	readonly label: string;
	/** The `autocomplete` token of HTML. */
	readonly autocomplete: string;
	readonly value?: string;
}

/** A form described as data. */
export interface FormDescription {
	readonly fields: readonly FormField[];
	/** The words on the button. */
	readonly submit: string;
}
