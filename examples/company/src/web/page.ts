import type { Response } from "express";
import { type Html, html, render } from "./html.ts";

/** What all pages of one app share. */
export interface Frame {
	/** Chooses the colours in `style.css`. */
	readonly app: string;
	readonly name: string;
}

/** Whom a page is shown to, and what its forms must come with. */
interface Shown {
	readonly name: string;
	readonly formToken: string;
}

/** A whole page around `body`; with the person and a button to sign out when there is a session. */
export function page({ app, name }: Frame, title: string, body: Html, session?: Shown): Html {
	return html`<!doctype html>
<html lang="en" data-app="${app}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === name ? name : `${title} – ${name}`}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<header><a href="/" class="mark"><span aria-hidden="true">${name.slice(0, 1)}</span>${name}</a><i></i>${session ? person(session) : html``}</header>
<main>${body}</main>
</body>
</html>
`;
}

/** A page that says one thing and offers one way on. */
export function notice(frame: Frame, title: string, text: string, action: Html): Html {
	return page(frame, title, html`<section class="notice"><h1>${title}</h1><p>${text}</p>${action}</section>`);
}

/** One part of a page: what it is on the left, its content on the right. */
export function part(id: string, title: string, text: string, content: Html): Html {
	return html`<section class="part" id="${id}"><div><h2>${title}</h2><p>${text}</p></div><div class="card">${content}</div></section>`;
}

/** One column of a table: its head, and whether it holds amounts, which are compared by their last digits. */
type Column = string | { readonly amount: string };

/**
 * A table with one row for each of `rows`, or `none` when there are none. Where it is wider than the window it scrolls in a frame of its
 * own, which the keyboard reaches too.
 */
export function table(title: string, columns: readonly Column[], rows: readonly (readonly string[])[], none: string): Html {
	if (rows.length === 0) return html`<p>${none}</p>`;
	const kind = (index: number) => (typeof columns[index] === "object" ? html` class="amount"` : html``);
	const head = columns.map((column, index) => {
		return html`<th scope="col"${kind(index)}>${typeof column === "object" ? column.amount : column}</th>`;
	});
	const body = rows.map((row) => html`<tr>${row.map((text, index) => html`<td${kind(index)}>${text}</td>`)}</tr>`);
	return html`<div class="rows" role="group" aria-label="${title}" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** The hidden field by which a form proves that a page of this session made it. */
export function formToken(session: Shown): Html {
	return html`<input type="hidden" name="form_token" value="${session.formToken}">`;
}

export function send(response: Response, content: Html, status = 200): void {
	response.status(status).type("html").send(render(content));
}

function person(session: Shown): Html {
	return html`<span id="person">${session.name}</span><form method="post" action="/sign-out">${formToken(session)}<button id="sign-out" class="quiet">Sign out</button></form>`;
}
