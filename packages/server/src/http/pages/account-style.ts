/** What the account page needs beside the style of all pages: it is wide, and made of lists. */
export const accountStyle = `
.minor { flex: none; min-block-size: 2.75rem; font-size: var(--small); }
.tag { display: flex; align-items: center; gap: var(--s1); }
.entry b { display: block; }
dl { display: grid; align-items: baseline; }
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
.tag.good, .tag.care { color: var(--good); }
.tag.care { color: var(--care); }
.done { background: var(--tint); }
.done > svg { color: var(--good); }

/* The mark and the name beside the button, below them what it may do */
.entry { display: grid; grid-template-columns: auto 1fr auto; gap: 0 var(--s3); align-items: start; padding-block: var(--s4); overflow-wrap: anywhere; }
.entry > .tile { grid-row: 1 / span 2; }
.entry > :last-child { grid-area: 1 / 3; }
.entry > .facts { grid-column: 2 / -1; }
.entry > .may { grid-column: 1 / -1; display: grid; gap: var(--s2); padding-block-start: var(--s2); }
.may dl { gap: 0 var(--s4); padding: 0; font-size: var(--small); line-height: 1.43; grid-template-columns: 7rem 1fr; }
.may dt, .may dd { padding-block: 0.1875rem; }

.event { flex-wrap: nowrap; align-items: start; }
.event > span:nth-child(2) { display: flex; flex-wrap: wrap; align-items: baseline; column-gap: var(--s3); }
.event > svg { margin-block-start: 2px; }
.event > .quiet { flex: none; line-height: 1.5rem; }
@media (width >= 30rem) {
	.entry > .may { grid-column: 2 / -1; }
	.entry > :is(.minor, .tag) { grid-row: 1 / span 2; }
	.entry > .tag { align-self: center; }
}
@media (width >= 48rem) {
	section { grid-template-columns: 15rem 1fr; align-items: start; gap: var(--s10); padding-block-start: var(--s10); }
	.wide main { gap: var(--s10); }
	.panel { max-inline-size: none; padding: var(--s6); background: var(--card); border: 1px solid var(--line); border-radius: var(--round); }
	.list.panel { padding-block: var(--s1); }
}
`;
