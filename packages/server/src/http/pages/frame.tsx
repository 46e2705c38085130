import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Branding } from "./branding.ts";
import type { Wardrobe } from "./dress.ts";
import { Mark } from "./marks.tsx";
import { monogram } from "./parts.tsx";
import { pictureUrl, safeUrl } from "./safe-url.ts";
import { Name, say, sayText } from "./say.tsx";
import type { Words } from "./words.ts";

/** What all pages of one answer share. */
export interface Frame {
	readonly branding: Branding;
	readonly words: Words;
	/** This very page in the other languages; empty where no address leads back to it. */
	readonly elsewhere: readonly { readonly lang: string; readonly name: string; readonly href: string }[];
	readonly wardrobe: Wardrobe;
}

/** What tells one page from another. */
export interface PageProps {
	readonly frame: Frame;
	/** The value of `data-page`. */
	readonly name: string;
	readonly title: string;
	/** Who is at the other end of the passage. */
	readonly end?: VNode | undefined;
	/** The passage is dashed: the app is not reviewed, the link is dead, or one is signed out. */
	readonly broken?: boolean;
	/** What it wears, where that is not the plain dress. */
	readonly dress?: keyof Wardrobe;
	readonly children: ComponentChildren;
}

/** A whole document, with the headers that belong to it. `Content-Type` is whose who sends it: `text/html; charset=utf-8`. */
export interface Document {
	readonly html: string;
	readonly headers: Readonly<Record<string, string>>;
}

/** Draws a {@link Page}. */
export function renderPage(page: VNode<PageProps>): Document {
	const { frame, dress = "plain" } = page.props;
	return { html: `<!doctype html>${renderToString(page)}`, headers: frame.wardrobe[dress].headers };
}

/** One column, one card, the company above and its links below; nothing from elsewhere. */
export function Page({ frame, name, title, end, broken = false, dress = "plain", children }: PageProps) {
	const { branding, words, wardrobe } = frame;
	const wide = dress === "account";
	return (
		<html lang={words.lang} dir={words.dir} data-page={name}>
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<title>{sayText(words.page.title, { page: title, company: branding.name })}</title>
				{/* Without it the browser asks for /favicon.ico. */}
				<link rel="icon" href="data:," />
				<Verbatim tag="style" text={wardrobe[dress].style} />
			</head>
			<body class={wide ? "wide" : undefined}>
				<div class={wide ? undefined : "card"}>
					<header class="passage">
						<Logo branding={branding} />
						<b>
							<Name text={branding.name} />
						</b>
						<span class={broken ? "way broken" : "way"} />
						{end}
					</header>
					<main>{children}</main>
				</div>
				<Links frame={frame} />
				<Verbatim tag="script" text={wardrobe[dress].script} />
			</body>
		</html>
	);
}

/** A text of our own that must reach the browser unescaped, as it was hashed. Nothing from outside comes here. */
function Verbatim({ tag: Tag, text }: { readonly tag: "style" | "script"; readonly text: string }) {
	return <Tag dangerouslySetInnerHTML={{ __html: text }} />;
}

function Logo({ branding }: { readonly branding: Branding }) {
	const picture = pictureUrl(branding.logo);
	if (picture !== undefined) return <img class="logo" alt="" src={picture} />;
	return (
		<span class="logo letter" aria-hidden="true">
			{monogram(branding.name)}
		</span>
	);
}

function Links({ frame: { branding, words, elsewhere } }: { readonly frame: Frame }) {
	const help = safeUrl(branding.links?.help);
	const privacy = safeUrl(branding.links?.privacy);
	if (help === undefined && privacy === undefined && elsewhere.length === 0) return null;
	return (
		<footer>
			{elsewhere.map(({ lang, name, href }) => (
				<a href={href} lang={lang} hreflang={lang}>
					<Mark name="globe" />
					{name}
				</a>
			))}
			{help === undefined ? null : <a href={help}>{say(words.page.help)}</a>}
			{privacy === undefined ? null : <a href={privacy}>{say(words.page.privacy)}</a>}
		</footer>
	);
}
