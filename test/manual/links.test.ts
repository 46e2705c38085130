import { existsSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { expect, test } from "vitest";
import { slug } from "../../docs/.vitepress/slug.ts";
import { type Page, pages, root } from "./blocks.ts";

/** Dead pages stop the build of the site; this is about what it does not look at: places within pages, files of the repository, pictures. */
const prose = ({ text }: Page) => text.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`\n]*`(?!\])/g, "");

test("every link of the manual leads to a file that there is, and to a place within it", () => {
	const dead = pages.flatMap((page) =>
		[...prose(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, target = "", place]) => {
			const path = target === "" ? page.path : normalize(join("docs", target));
			if (!existsSync(join(root, path))) return `${page.path}: ${link}`;
			return place === undefined || placesIn(readFileSync(join(root, path), "utf8")).has(place) ? [] : `${page.path}: ${link}`;
		}),
	);
	expect(dead).toEqual([]);
	expect(placesIn("## What a guard asks\n").has("what-a-guard-asks")).toBe(true);
});

test("every page of the manual is in its table of contents, and begins with its title", () => {
	const contents = readFileSync(join(root, "docs/.vitepress/config.ts"), "utf8");
	for (const { path, text } of pages) {
		expect(text, path).toMatch(/^# \S/);
		if (path !== "docs/index.md") expect(contents, path).toContain(`"/${path.slice("docs/".length, -".md".length)}"`);
	}
});

function placesIn(text: string): ReadonlySet<string> {
	const anchors = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id);
	const headings = [...text.matchAll(/^#{2,4} (.+)$/gm)].map(([, title = ""]) => slug(title));
	return new Set([...anchors, ...headings]);
}
