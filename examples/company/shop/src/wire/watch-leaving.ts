import { shownParameters } from "./shown.ts";
import { type Kind, record } from "./steps.ts";

/** Records the addresses that the page is left for; `stepTo` says what going there is, if it is anything. */
export function watchLeaving(stepTo: (url: URL) => { readonly kind: Kind; readonly to: string } | undefined): void {
	// Browsers without the Navigation API show everything else.
	if (!("navigation" in window)) return;
	navigation.addEventListener("navigate", ({ destination }) => {
		const url = new URL(destination.url);
		const step = stepTo(url);
		if (step)
			record({ ...step, from: "the shop", line: `GET ${url.origin}${url.pathname}`, parameters: shownParameters(url.searchParams) });
	});
}
