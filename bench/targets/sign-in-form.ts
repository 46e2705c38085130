/** The sign-in page as a test tool sees it: where its form posts to, and its fields. */
export interface SignInForm {
	/** As written; relative to the page. Empty for the page itself. */
	readonly action: string;
	/** Every named field with its value. */
	readonly fields: Readonly<Record<string, string>>;
	/** The names of the two fields that a person fills. */
	readonly username: string;
	readonly password: string;
}

interface Tag {
	readonly element: string;
	attribute(name: string): string | undefined;
}

function unescaped(text: string): string {
	return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

function tags(html: string): Tag[] {
	return [...html.matchAll(/<(form|input)\b[^>]*>/g)].map(([text, element]) => ({
		element: element!,
		attribute(name) {
			const value = new RegExp(`\\s${name}="([^"]*)"`).exec(text)?.[1];
			return value === undefined ? undefined : unescaped(value);
		},
	}));
}

/** Reads the form that holds the fields with the ids `username` and `password`; undefined when the page has none. */
export function readSignInForm(html: string): SignInForm | undefined {
	for (const text of html.match(/<form\b.*?<\/form>/gs) ?? []) {
		const [form, ...rest] = tags(text);
		const inputs = rest.filter((tag) => tag.element === "input");
		const nameOf = (id: string): string | undefined => inputs.find((input) => input.attribute("id") === id)?.attribute("name");
		const username = nameOf("username");
		const password = nameOf("password");
		if (form === undefined || username === undefined || password === undefined) continue;
		const fields = inputs.flatMap((input) => {
			const name = input.attribute("name");
			return name === undefined ? [] : [[name, input.attribute("value") ?? ""] as const];
		});
		return { action: form.attribute("action") ?? "", fields: Object.fromEntries(fields), username, password };
	}
	return undefined;
}
