import type { MarkdownRenderer } from "vitepress";

/** Lets long names in code break after a dot or an underscore: tables of reference are read on phones too. */
export function breakableCode(markdown: MarkdownRenderer): void {
	const rule = markdown.renderer.rules.code_inline;
	markdown.renderer.rules.code_inline = (tokens, index, ...others) => {
		const html = rule?.(tokens, index, ...others) ?? "";
		return (tokens[index]?.content.length ?? 0) < 12 ? html : html.replaceAll(/(?<=\w)[._](?=\w)/g, "$&<wbr>");
	};
}
