/** A page of the sign-in: its name, and its HTML. */
export interface Page {
	readonly url: URL;
	/** The `data-page` of the document. */
	readonly kind: string;
	readonly html: string;
}

type Attributes = ReadonlyMap<string, string>;

export function readPage(url: URL, html: string): Page {
	return { url, html, kind: /<html\b[^>]*\bdata-page="([^"]*)"/.exec(html)?.[1] ?? "unknown" };
}

/** What a browser would send for the form around the button with the id `button`, with `filled` typed into the fields of these ids. */
export function submission(page: Page, button: string, filled: Readonly<Record<string, string>>) {
	const form = [...page.html.matchAll(/<form\b(?:[^>"]|"[^"]*")*>.*?<\/form>/gs)].map(([text]) => text).find((text) => holds(text, button));
	if (form === undefined) throw new Error(`The page “${page.kind}” has no form with the button #${button}.`);
	const tags = [...form.matchAll(/<(form|input|button)\b((?:[^>"]|"[^"]*")*)>/g)].map(([, name = "", text = ""]) => ({
		name,
		attributes: attributesIn(text),
	}));
	const fields = tags.flatMap(({ name, attributes }): [string, string][] => {
		const id = attributes.get("id") ?? "";
		const field = attributes.get("name");
		if (field === undefined || name === "form" || (name === "button" && id !== button)) return [];
		const unticked = attributes.get("type") === "checkbox" && !attributes.has("checked");
		return unticked ? [] : [[field, filled[id] ?? attributes.get("value") ?? ""]];
	});
	for (const id of Object.keys(filled)) {
		if (!holds(form, id)) throw new Error(`The form of #${button} has no field #${id}.`);
	}
	return { action: new URL(tags[0]?.attributes.get("action") ?? "", page.url), fields };
}

/** The heading that people read first. */
export function headingOf({ html }: Page): string {
	return wordsIn(/<h1\b[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? "");
}

/** The lines of the list in the section with this id, as people read them. */
export function linesOf({ html }: Page, section: string): readonly string[] {
	const within = new RegExp(`<section\\b[^>]* id="${section}".*?</section>`, "s").exec(html)?.[0] ?? "";
	return [...within.matchAll(/<li\b.*?<\/li>/gs)].map(([line]) => wordsIn(line));
}

/** Where a link of the page leads: the one with this id, the first without one. */
export function linkOf({ html, url }: Page, id?: string): URL {
	const links = [...html.matchAll(/<a\b((?:[^>"]|"[^"]*")*)>/g)].map(([, text = ""]) => attributesIn(text));
	const link = links.find((attributes) => id === undefined || attributes.get("id") === id);
	return new URL(link?.get("href") ?? "", url);
}

/** Text without marks and pictures; what stands apart on the page is set apart by a dot. */
function wordsIn(html: string): string {
	const apart = html
		.replaceAll(/<(\w+)\b[^>]*aria-hidden="true"[^>]*>.*?<\/\1>/gs, "")
		.replaceAll(/<\/?(?:button|dd|div|dl|dt|li|p|small|span)\b[^>]*>/g, "\u0000")
		.replaceAll(/<[^>]*>/g, "");
	const parts = apart.split("\u0000").map((part) => unescaped(part).replaceAll(/\s+/g, " ").trim());
	return parts.filter((part) => part !== "").join(" · ");
}

/** Whether the page has something with this id. */
export function has({ html }: Page, id: string): boolean {
	return holds(html, id);
}

function holds(form: string, id: string): boolean {
	return form.includes(` id="${id}"`);
}

function attributesIn(text: string): Attributes {
	return new Map([...text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
	return text.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
		if (name !== undefined) return entities[name] ?? whole;
		return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
	});
}
