import { defineConfig } from "vite";

/* `vite build` makes dist/, which `cap sync` copies into the native projects. */
export default defineConfig({
	build: {
		// Nothing is written into the page: its security policy allows files of the app alone.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		target: "es2022",
	},
});
