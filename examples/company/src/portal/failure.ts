import type { AuthError } from "@gatehouse/sdk/web";
import { html, render } from "../web/html.ts";
import { notice } from "../web/page.ts";
import { pageHeaders } from "../web/page-headers.ts";
import { frame } from "./frame.ts";

/** What a person is told, and the button that leads on. */
interface Told {
	readonly status: number;
	readonly title: string;
	readonly text: string;
	readonly button: string;
	readonly href: string;
}

/** A sign-in or a sign-out that did not come to its end, as a page of the portal; who looks after it reads the reason in the log. */
export function failurePage(error: AuthError): Response {
	console.log(`sign-in: ${error.code}${error.traceId === undefined ? "" : `, trace ${error.traceId}`}`);
	const { status, title, text, button, href } = told(error);
	const onward = html`<a class="button" id="onward" href="${href}">${button}</a>`;
	return new Response(render(notice(frame, title, text, onward)), {
		status,
		headers: { ...pageHeaders, "content-type": "text/html; charset=utf-8" },
	});
}

function told({ code, retryable }: AuthError): Told {
	const again = { button: "Try again", href: "/auth/sign-in" };
	const home = { button: "To the start page", href: "/" };
	if (code === "access_denied")
		return { status: 403, title: "You were not signed in", text: "The permission was not given. You can change your mind.", ...again };
	if (code === "csrf_refused")
		return { status: 403, title: "This did not come from here", text: "Another site asked for it, so nothing was done.", ...home };
	if (retryable)
		return { status: 503, title: "Please try again in a moment", text: "The sign-in service does not answer. Nothing is lost.", ...again };
	return { status: 502, title: "That did not work", text: "The sign-in service did not answer as expected.", ...again };
}
