type Child = Node | string | undefined;

/** What an element has: attributes as texts, and a listener. */
type Attributes = Partial<Record<"class" | "id" | "type" | "role" | "tabindex" | `aria-${string}` | `data-${string}`, string>>;
type Properties = Readonly<Attributes> & { readonly onclick?: () => unknown };

/** An element of the page. Texts are texts, never markup, whoever wrote them. */
export function element<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	{ onclick, ...attributes }: Properties = {},
	...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[K] {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) if (typeof value === "string") made.setAttribute(name, value);
	if (onclick) made.addEventListener("click", onclick);
	made.append(...children.flat().filter((child) => child !== undefined));
	return made;
}

const shapes = {
	people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c0-3.3 2.7-6 6-6s6 2.7 6 6M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.4c1.8.9 3 2.9 3 5.6",
	box: "M12 3 4 7v10l8 4 8-4V7l-8-4ZM4 7l8 4 8-4M12 11v10",
	person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 9c0-4.4 3.6-7 8-7s8 2.6 8 7",
	cloud: "M7 18h10a4 4 0 0 0 .6-7.9A6 6 0 0 0 6 9.6 4.3 4.3 0 0 0 7 18ZM4 4l16 16",
} as const;

/** A small drawing beside a word. */
export function icon(name: keyof typeof shapes): SVGSVGElement {
	const space = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(space, "svg");
	const path = document.createElementNS(space, "path");
	path.setAttribute("d", shapes[name]);
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("class", "icon");
	svg.setAttribute("aria-hidden", "true");
	svg.append(path);
	return svg;
}
