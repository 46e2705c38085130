import { posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";

/**
 * Links of the manual that leave its folder lead to files of the repository. Where the site is built with the address of
 * the repository they lead there; without it the file's path is shown in place of a link that leads nowhere.
 *
 * @param repository such as `https://git.example/gatehouse`, without a slash at its end
 */
export function repositoryLinks(markdown: MarkdownRenderer, repository: string | undefined): void {
	markdown.core.ruler.push("repository-links", ({ tokens }) => {
		for (const { children } of tokens) {
			let within = false;
			for (const token of children ?? []) {
				const path = pathOf(token.attrGet("href"));
				if (token.type === "link_open" && path !== undefined) {
					if (repository) token.attrSet("href", `${repository}/blob/main/${path}`);
					else {
						within = true;
						token.tag = "span";
						token.attrs = [
							["class", "file"],
							["title", path],
						];
						token.type = "file_open";
					}
				} else if (token.type === "link_close" && within) {
					within = false;
					token.tag = "span";
					token.type = "file_close";
				}
			}
		}
	});
}

function pathOf(href: string | null): string | undefined {
	return href?.startsWith("../") ? posix.normalize(href.slice("../".length)) : undefined;
}
