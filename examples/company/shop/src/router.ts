import { readonly, shallowRef } from "vue";

const here = shallowRef(new URL(location.href));

/** Where the person is. It changes with links, {@link go}, and the buttons for back and forward. */
export const place = readonly(here);

/** Goes to another address of this app. With `replace` the present one is forgotten by the back button. */
export function go(to: string | URL, { replace = false } = {}): void {
	const url = new URL(to, location.href);
	if (url.href === location.href) return;
	history[replace ? "replaceState" : "pushState"](null, "", url);
	here.value = url;
}

/** Ordinary links move within the app; whatever a person does to have another tab or a download is left to the browser. */
export function followLinks(): void {
	here.value = new URL(location.href);
	document.addEventListener("click", (event) => {
		const link = event.target instanceof Element ? event.target.closest("a") : null;
		const special = event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
		if (!link || special || link.origin !== location.origin || link.target !== "" || link.hash !== "") return;
		event.preventDefault();
		go(link.href);
	});
	window.addEventListener("popstate", () => {
		here.value = new URL(location.href);
	});
}

/** A browser that loads a page starts at its top, and a screen reader reads its title; a page that only changes must do it itself. */
export function arrive(): void {
	window.scrollTo(0, 0);
	document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}
