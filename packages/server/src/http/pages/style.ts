/** The style of all pages, in the order of the cascade. Logical properties alone, so that a right-to-left page needs nothing. */
export const style = `
* { box-sizing: border-box; min-inline-size: 0; }
body, h1, h2, h3, p, ul, dl, dd, fieldset { margin: 0; padding: 0; list-style: none; }
html { background: var(--ground); color: var(--text); font: var(--body) / 1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; }
body { display: flex; flex-direction: column; max-inline-size: 28rem; min-block-size: 100dvh; margin-inline: auto; padding: clamp(1.5rem, 22vh - 6.5rem, 9rem) var(--s6) var(--s6); overflow-wrap: break-word; }
h1 { font-size: var(--title); line-height: 1.2; letter-spacing: -0.02em; text-wrap: balance; }
h1.long { font-size: var(--large); line-height: 1.3; }
h1.longer { font-size: var(--body); line-height: 1.5; letter-spacing: 0; }
h2 { font-size: var(--large); line-height: 1.4; }
h1, h2, h3, b, label, .tile, .letter, .good { font-weight: 600; }
h3, label, small, .small { font-size: var(--small); line-height: 1.43; }
p { max-inline-size: 60ch; text-wrap: pretty; }
small, .note b, span > b { display: block; text-wrap: balance; }
small, .quiet, dt { color: var(--quiet); }
a { color: var(--accent-text); text-underline-offset: 0.2em; }
svg, .tick input { flex: none; inline-size: 20px; block-size: 20px; }
svg { display: block; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
[dir="rtl"] .turn { scale: -1 1; }
[dir="rtl"] * { letter-spacing: 0; }
[hidden] { display: none !important; }
:focus-visible, [autofocus]:focus { outline: var(--ring); outline-offset: 2px; }

/* A line from the company to whoever is at the other end */
.passage { flex: none; display: flex; align-items: center; gap: var(--s3); margin-block-end: var(--s8); }
.way { flex: 1; min-inline-size: var(--s6); border-block-start: 2px solid var(--line); }
.way.broken { border-color: var(--edge); border-block-start-style: dashed; opacity: 0.6; }
.passage .tile, .letter { inline-size: 2rem; block-size: 2rem; }
.passage img.tile { inline-size: auto; }
.logo { flex: none; block-size: 2rem; max-inline-size: 7rem; object-fit: contain; border-radius: var(--round); }
.letter { display: grid; place-items: center; background: var(--accent); color: var(--on-accent); }
.tile { flex: none; display: grid; place-items: center; inline-size: 2.5rem; block-size: 2.5rem; overflow: hidden; background: var(--tint); color: var(--accent-text); border: 1px solid transparent; border-radius: var(--round); }
img.tile { inline-size: auto; max-inline-size: 7rem; object-fit: contain; background: #fff; border-color: var(--line); }
.person { border-radius: 50%; }
.card { padding: var(--s10); background: var(--card); border: 1px solid var(--line); border-radius: var(--card-round); box-shadow: var(--shadow); }
main, form, section, noscript, .actions { display: grid; gap: var(--s6); }
main > h1 + .quiet { margin-block-start: -0.75rem; }

input { accent-color: var(--accent); }
button, .button {
	display: inline-flex; align-items: center; justify-content: center; gap: var(--s2);
	min-block-size: var(--touch); padding: var(--s2) var(--s4);
	background: none; color: inherit; border: 1px solid var(--edge); border-radius: var(--round);
	font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
}
:is(button, .button):hover { box-shadow: inset 0 0 0 9rem color-mix(in oklab, currentColor 8%, transparent); }
.main > span { overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.main { background: var(--accent); color: var(--on-accent); border-color: transparent; }
[aria-busy] button { cursor: progress; opacity: 0.7; }
.actions, .question { gap: var(--s3); }
.pair { grid-template-columns: 1fr 1fr; }

.note { display: flex; gap: var(--s3); font-size: var(--small); line-height: 1.43; text-wrap: pretty; }
.box { padding: var(--s3) var(--s4); background: var(--care-tint); border: 1px solid transparent; border-radius: var(--round); }
.box.alarm { background: var(--alarm-tint); outline-color: var(--alarm); }
.care > svg { color: var(--care); }
.alarm > svg { color: var(--alarm); }
.good { color: var(--good); }

.question { padding-block-start: var(--s6); border-block-start: 1px solid var(--line); }
.question h2 { color: var(--quiet); font-size: var(--small); }

footer { flex: none; display: flex; flex-wrap: wrap; gap: 0 var(--s4); padding-block-start: var(--s3); font-size: var(--small); line-height: 1.25rem; }
.card + footer { padding-inline: var(--s10); }
footer a { display: flex; align-items: center; justify-content: end; gap: var(--s2); min-inline-size: 2.75rem; min-block-size: 2.75rem; color: var(--quiet); text-decoration: none; }
footer a:hover { color: var(--text); text-decoration: underline; }
footer :first-child { justify-content: start; margin-inline-end: auto; }

/* On a phone the card is the page, the button near the thumb */
@media (width < 30rem) {
	html { background: var(--card); }
	body { padding: var(--s6) var(--s6) var(--s3); }
	.card, .card main { flex: 1; display: flex; flex-direction: column; }
	.card { padding: 0; border: 0; box-shadow: none; }
	.low { margin-block-start: auto; }
	.card + footer { padding-inline: 0; }
}
@media (forced-colors: active) {
	.main { forced-color-adjust: none; background: Highlight; color: HighlightText; }
}
@media print {
	footer, button, .button { display: none !important; }
}
`;

/** What fields need beside that. */
export const fieldStyle = `
.field, .inside { display: grid; gap: var(--s2); position: relative; }
.field input { min-block-size: var(--touch); padding: var(--s2) var(--s3); background: var(--field); color: inherit; border: 1px solid var(--edge); border-radius: var(--round); font: inherit; }
.field input:focus { outline-offset: -1px; }
.field [aria-invalid] { border-color: var(--alarm); box-shadow: inset 0 0 0 1px var(--alarm); }
.inside input { padding-inline-end: var(--touch); }
.inside button { position: absolute; inset-inline-end: 0; inline-size: var(--touch); padding: 0; border: 0; color: var(--quiet); }
[aria-pressed="false"] .shown { display: none; }
@media (width < 30rem) {
	.passage { margin-block-end: clamp(2rem, 9dvh, 5rem); }
}
@media (forced-colors: active) {
	.field [aria-invalid] { border-width: 3px; }
}
`;

/** What an app says of itself: its logo, and a line of links as high as a finger. */
export const saysStyle = `
.says { display: flex; flex-wrap: wrap; align-items: center; gap: 0 var(--s4); }
.says .tile { block-size: 2rem; margin-block: var(--s2); }
.says p { flex: 1 10rem; display: flex; flex-wrap: wrap; gap: 0 var(--s4); }
.says a { padding-block: 0.75rem; color: var(--quiet); }
.says a:hover { color: var(--text); }
`;

/** What lists need: a hairline between one thing and the next. */
export const listStyle = `
.list { display: block; }
.list > * + * { border-block-start: 1px solid var(--line); }
`;

/** What rows need: a mark on the page's edge, words, perhaps an action. */
export const rowStyle = `
.row { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s3); padding-block: var(--s3); overflow-wrap: anywhere; }
.row > :nth-child(2) { flex: 1 7rem; }
.row > :nth-child(3) { margin-inline-start: auto; }
button.row { inline-size: calc(100% + var(--s6)); margin-inline: -0.75rem; padding-inline: var(--s3); border: 0; font-weight: 400; text-align: start; }
`;

/** What the details of an error need. */
export const detailStyle = `
code { font: 0.8125rem ui-monospace, monospace; overflow-wrap: anywhere; user-select: all; }
dl { display: grid; grid-template-columns: auto 1fr; gap: var(--s1) var(--s3); align-items: baseline; padding-block: var(--s2); }
.stack { grid-template-columns: 1fr; }
.stack dd { margin-block-end: var(--s2); }
.minor { margin-block-start: var(--s2); min-block-size: 2.75rem; font-size: var(--small); }
`;

/**
 * What the consent page needs beside that. Its answers are always in sight: in a window the card ends above its edge, and what is
 * long moves inside it; on a phone the page moves under a bar; where there is little height they just come last.
 */
export const consentStyle = `
.split { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 var(--s3); }
.split a { margin-block: -0.75rem; padding-block: 0.75rem; }
.tag { display: flex; align-items: center; gap: var(--s1); }
.api { border: 1px solid var(--line); border-radius: var(--round); overflow: clip; }
.api h3 { padding: var(--s2) var(--s4); background: var(--tint); }
.tick { display: flex; gap: var(--s3); padding: 0.625rem var(--s4); font: inherit; }
.tick input { margin: 2px 0; }
.ask { display: grid; gap: var(--s4); }
.question { gap: var(--s1); padding-block-start: var(--s4); }
.question > * + :is(.tag, .note, .api) { margin-block-start: var(--s2); }
@media screen and (height >= 36rem) {
	html { scroll-padding-block-end: 6rem; }
	.stay { position: sticky; inset-block-end: 0; margin-inline: -1.5rem; padding: var(--s3) var(--s6); background: var(--card); border-block-start: 1px solid var(--line); }
}
@media screen and (width >= 30rem) and (height >= 36rem) {
	body { block-size: 100dvh; padding-block-end: var(--s3); }
	.card, main, form { display: flex; flex-direction: column; min-block-size: 0; }
	.card { padding-block-end: 0; }
	.passage { margin-block-end: var(--s6); }
	.ask { overflow-y: auto; margin-inline: -2.5rem; padding: 2px var(--s10) var(--s6); mask: linear-gradient(#000 calc(100% - 1.5rem), transparent); }
	form { gap: 0; }
	.stay { margin-inline: -2.5rem; padding: var(--s4) var(--s10) var(--s6); border-radius: 0 0 var(--card-round) var(--card-round); }
}
`;

/**
 * The same style sheet in fewer bytes. It knows only what our own sheets contain: no strings with blanks, and comments.
 *
 * @example minify("a b { color: red; }\n") // "a b{color:red}"
 */
export function minify(css: string): string {
	return css
		.replace(/\/\*.*?\*\//gs, "")
		.replace(/\s+/g, " ")
		.replace(/ ?([{};,]) ?/g, "$1")
		.replace(/: /g, ":")
		.replace(/;}/g, "}")
		.replace(/ ?> ?/g, ">")
		.replace(/(?<![\d.])0\.(?=\d)/g, ".")
		.trim();
}
