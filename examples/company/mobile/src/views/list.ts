import { element } from "../element.ts";
import { type Reading, read } from "../reading.ts";

/** A page with a list that comes over the network. What is drawn when it is here, and while it is not. */
export function listPage<T>(title: string, url: string, rows: (answer: T) => readonly HTMLElement[]): HTMLElement {
	const content = element("div", { "aria-live": "polite" }, element("p", { class: "quiet pending" }, "One moment …"));

	function show(reading: Reading<T>): void {
		if ("answer" in reading) content.replaceChildren(element("ul", { class: "list card" }, rows(reading.answer)));
		else
			content.replaceChildren(
				element("p", { class: "message" }, reading.failed),
				element("button", { type: "button", class: "second", onclick: load }, "Try again"),
			);
	}
	async function load(): Promise<void> {
		show(await read<T>(url));
	}

	void load();
	return element("section", {}, element("h1", { tabindex: "-1" }, title), content);
}
