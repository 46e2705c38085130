import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MarkdownRenderer } from "vitepress";

/**
 * Puts a drawing (`![…](./name.svg)`) into the page itself, so that it follows the light and dark of the site. Its own
 * style, which serves where the file is looked at by itself, stays behind: the theme sets the same variables.
 */
export function inlineDrawings(markdown: MarkdownRenderer): void {
	markdown.core.ruler.push("inline-drawings", ({ tokens }) => {
		for (const { children } of tokens) {
			for (const token of children ?? []) {
				const source = token.type === "image" ? token.attrGet("src") : null;
				if (!source?.endsWith(".svg")) continue;
				const drawing = readFileSync(join(import.meta.dirname, "..", source), "utf8");
				token.type = "html_inline";
				// A drawing is wider than a phone: whoever has no mouse moves it with the arrow keys.
				token.content = `<span class="drawing" tabindex="0">${drawing.replace(/<style>[\s\S]*?<\/style>/, "").trim()}</span>`;
				token.children = null;
			}
		}
	});
}
