import { defineConfig } from "vitepress";
import { breakableCode } from "./breakable-code.ts";
import { inlineDrawings } from "./inline-drawings.ts";
import { repositoryLinks } from "./repository-links.ts";
import { slug } from "./slug.ts";

export default defineConfig({
	title: "Gatehouse",
	description: "Single sign-on for a company's apps: the manual.",
	lang: "en",
	// Those lead to what readers start themselves; all others stop the build.
	ignoreDeadLinks: "localhostLinks",
	// Nothing leaves the reader's machine: no fonts, no analytics, and the search runs in the page.
	head: [
		["link", { rel: "icon", type: "image/svg+xml", href: "/mark.svg" }],
		["meta", { name: "referrer", content: "no-referrer" }],
	],
	transformPageData({ relativePath, frontmatter }) {
		// Its tables need the room.
		if (relativePath === "configuration.md") Object.assign(frontmatter, { aside: false, pageClass: "reference" });
	},
	themeConfig: {
		logo: { src: "/mark.svg", alt: "" },
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
					{ text: "The backend for frontend", link: "/backend-for-frontend" },
					{ text: "The web app", link: "/web-app" },
					{ text: "The mobile app", link: "/mobile-app" },
					{ text: "The machine", link: "/machine" },
					{ text: "Any certified client", link: "/other-clients" },
					{ text: "Protecting an API", link: "/protecting-an-api" },
					{ text: "Clients that sign", link: "/signing-clients" },
					{ text: "Where sessions live", link: "/sessions" },
					{ text: "Signing out everywhere", link: "/logout" },
					{ text: "Testing your apps", link: "/testing" },
					{ text: "Apps that register themselves", link: "/registration" },
				],
			},
			{
				text: "People",
				items: [
					{ text: "The pages", link: "/the-pages" },
					{ text: "The account", link: "/account" },
					{ text: "What apps learn about people", link: "/what-apps-learn" },
				],
			},
			{
				text: "Run",
				items: [
					{ text: "Keys", link: "/keys" },
					{ text: "What Gatehouse calls", link: "/calling-out" },
				],
			},
			{
				text: "Look up",
				items: [
					{ text: "The configuration", link: "/configuration" },
					{ text: "The command", link: "/command" },
					{ text: "The errors", link: "/errors" },
					{ text: "Errors of the SDKs", link: "/sdk-errors" },
					{ text: "Conformance", link: "/conformance" },
					{ text: "Conformance results", link: "/conformance-results" },
				],
			},
		],
	},
	markdown: {
		anchor: { slugify: slug },
		linkify: false,
		theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
		config(markdown) {
			markdown.use(breakableCode);
			markdown.use(inlineDrawings);
			markdown.use(repositoryLinks, process.env["REPOSITORY_URL"]);
		},
	},
});
