import { defineConfig } from "vitepress";
import { inlineDrawings } from "./inline-drawings.ts";
import { repositoryLinks } from "./repository-links.ts";

export default defineConfig({
	title: "Gatehouse",
	description: "Single sign-on for a company's apps: the manual.",
	lang: "en",
	cleanUrls: true,
	// Nothing leaves the reader's machine: no fonts, no analytics, and the search runs in the page.
	head: [["meta", { name: "referrer", content: "no-referrer" }]],
	themeConfig: {
		siteTitle: "Gatehouse",
		search: { provider: "local" },
		outline: { level: [2, 3] },
		docFooter: { prev: "Before this", next: "Read on" },
		sidebar: [
			{
				text: "Begin",
				items: [
					{ text: "Getting started", link: "/getting-started" },
					{ text: "How sign-in works", link: "/how-sign-in-works" },
				],
			},
			{
				text: "Build",
				items: [
					{ text: "The single-page app", link: "/single-page-app" },
					{ text: "Protecting an API", link: "/protecting-an-api" },
				],
			},
			{
				text: "Look up",
				items: [
					{ text: "The configuration", link: "/configuration" },
					{ text: "The command", link: "/command" },
					{ text: "The errors", link: "/errors" },
				],
			},
		],
	},
	markdown: {
		theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
		config(markdown) {
			markdown.use(inlineDrawings);
			markdown.use(repositoryLinks, process.env["REPOSITORY_URL"]);
		},
	},
});
