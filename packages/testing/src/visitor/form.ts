/** A form of a page, as it is sent by its button. */
export interface Form {
	readonly action: string;
	/** Names and values in the order of the page; what is not ticked is not there. */
	readonly fields: readonly (readonly [name: string, value: string])[];
}

/** The pages of the issuer say what they are, for programs too. */
export function pageOf(html: string): string | undefined {
	return /<html[^>]*\bdata-page="([^"]*)"/.exec(html)?.[1];
}

/** The text of the element with that id, tags and doubled white space taken out. */
export function textOf(html: string, id: string): string | undefined {
	const start = new RegExp(`<(\\w+)[^>]*\\bid="${id}"[^>]*>`).exec(html);
	if (!start) return undefined;
	const rest = html.slice(start.index + start[0].length);
	const end = rest.indexOf(`</${start[1]}>`);
	const inside = rest.slice(0, end < 0 ? undefined : end).replaceAll(/<[^>]*>/g, " ");
	return decode(inside).replaceAll(/\s+/g, " ").trim();
}

/**
 * The form that holds the button with that id.
 *
 * @param typed what to type, by the id of the field
 * @returns undefined where there is no such button
 */
export function formOf(html: string, button: string, typed: Readonly<Record<string, string>> = {}): Form | undefined {
	for (const [tag, inside] of formsOf(html)) {
		const pressed = new RegExp(`<button\\b[^>]*\\bid="${button}"[^>]*>`).exec(inside)?.[0];
		if (pressed === undefined) continue;
		const name = attribute(pressed, "name");
		const own = name === undefined ? [] : [[name, attribute(pressed, "value") ?? ""] as const];
		return { action: attribute(tag, "action") ?? "", fields: [...fieldsOf(inside, typed), ...own] };
	}
	return undefined;
}

/** The one form of a page, as a script or the Enter key sends it; undefined where there is none, or several. */
export function onlyFormOf(html: string, typed: Readonly<Record<string, string>> = {}): Form | undefined {
	const [first, second] = formsOf(html);
	if (first === undefined || second !== undefined) return undefined;
	const [tag, inside] = first;
	return { action: attribute(tag, "action") ?? "", fields: fieldsOf(inside, typed) };
}

function formsOf(html: string): readonly (readonly [tag: string, inside: string])[] {
	return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, tag = "", inside = ""]) => [tag, inside]);
}

function fieldsOf(inside: string, typed: Readonly<Record<string, string>>): Form["fields"] {
	return [...inside.matchAll(/<input\b(?:[^>"]|"[^"]*")*>/g)].flatMap(([input]) => {
		const name = attribute(input, "name");
		const unticked = attribute(input, "type") === "checkbox" && !/\schecked\b/.test(input);
		return name === undefined || unticked ? [] : [[name, typed[attribute(input, "id") ?? ""] ?? attribute(input, "value") ?? ""] as const];
	});
}

/** Where a page leads by itself, at once: `<meta http-equiv="refresh">`. */
export function refreshOf(html: string): string | undefined {
	const tag = /<meta\b[^>]*http-equiv="?refresh"?[^>]*>/i.exec(html)?.[0];
	const target =
		tag === undefined ? undefined : /^\s*0\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)["']?\s*$/i.exec(attribute(tag, "content") ?? "")?.[1];
	return target?.trim();
}

function attribute(tag: string, name: string): string | undefined {
	const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
	return found === undefined ? undefined : decode(found);
}

function decode(text: string): string {
	return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}
