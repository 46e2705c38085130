import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

/* `vite build` makes dist/, which ../src/shop.ts hands out. */
export default defineConfig({
	plugins: [vue()],
	build: {
		// A file written into the page as data: would be one more thing for its security policy to allow.
		assetsInlineLimit: 0,
		// The small script that loads modules ahead in older browsers: those that know the rest of the app know it by themselves.
		modulePreload: { polyfill: false },
		target: "es2022",
	},
});
