/** What the account page needs beside the style of all pages: it is wide, and made of lists. */
export const accountStyle = `
.minor { flex: none; min-block-size: 2.75rem; font-size: var(--small); }
.tag { display: flex; align-items: center; gap: var(--s1); }
.wide { max-inline-size: 60rem; padding-block-start: var(--s8); }
.wide main { gap: var(--s8); }
.wide .passage { margin-block-end: var(--s8); }
.wide .field { max-inline-size: 22rem; }
.who { display: flex; flex-wrap: wrap; gap: 0 var(--s4); align-items: baseline; }
.who a { padding-block: 0.75rem; }
section { gap: var(--s4); align-content: start; padding-block-start: var(--s8); border-block-start: 1px solid var(--line); }
.about { display: grid; gap: var(--s2); align-content: start; }
.facts { display: flex; flex-wrap: wrap; gap: 0 var(--s4); color: var(--quiet); font-size: var(--small); line-height: 1.43; }
.tag svg { inline-size: 16px; block-size: 16px; }
.tag.care { color: var(--care); }
.done { background: var(--tint); }
.done > svg { color: var(--good); }

/* The mark, the name and the button in one line; below them whose it is, and across the page what it may do */
.entry { display: grid; grid-template-columns: auto 1fr auto; gap: 0 var(--s3); align-items: start; padding-block: var(--s4); overflow-wrap: anywhere; }
.entry > .tile { grid-row: 1 / span 2; inline-size: 2.5rem; }
.entry > .minor { grid-area: 1 / 3; }
.entry > .facts { grid-column: 2 / -1; }
.entry > .may { grid-column: 1 / -1; display: grid; gap: var(--s2); padding-block-start: var(--s2); }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: 0 var(--s4); align-items: baseline; font-size: var(--small); line-height: 1.43; }
dt, dd { padding-block: 0.1875rem; }

.event { display: grid; grid-template-columns: auto auto 1fr; gap: 0 var(--s3); align-items: start; padding-block: var(--s3); overflow-wrap: anywhere; }
.event > svg { grid-row: 1 / span 2; margin-block-start: 2px; }
@media (width < 30rem) {
	.tile + div, .event > :nth-child(2) { display: contents; }
	.entry b { align-self: center; }
	.entry > .tag { grid-area: 2 / 2 / auto / -1; }
	.tile + div small, .event span > span { grid-column: 2 / -1; }
}
@media (width >= 30rem) {
	.entry > .may { grid-column: 2 / -1; }
	.entry > :is(.minor, .tag) { grid-area: 1 / 3 / span 2; }
	.entry > .tag { align-self: center; }
	.entry > .facts { grid-column: 2; }
	.event { grid-template-columns: auto 1fr auto; }
	.event > :nth-child(2) { display: flex; flex-wrap: wrap; align-items: baseline; column-gap: var(--s3); }
	.event > .quiet { line-height: 1.5rem; }
}
@media (width >= 48rem) {
	section { grid-template-columns: 15rem 1fr; align-items: start; gap: var(--s10); padding-block-start: var(--s10); }
	.wide main { gap: var(--s10); }
	.panel { max-inline-size: none; padding: var(--s6); background: var(--card); border: 1px solid var(--line); border-radius: var(--round); }
	.list.panel { padding-block: var(--s1); }
}
`;
