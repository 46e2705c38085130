import type { Session } from "@gatehouse/sdk/mobile/capacitor";
import { auth } from "../auth.ts";
import { element } from "../element.ts";

const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

/** Who is signed in on this phone, and the way out. */
export function me({ user, authTime }: Session): HTMLElement {
	async function signOut(): Promise<void> {
		// It is over here in any case; what the promise tells is whether Larkfield knows.
		await auth.signOut().catch(() => undefined);
	}

	const facts = [
		["E-mail", user.email],
		["Signed in", authTime === undefined ? undefined : time.format(authTime * 1000)],
	].flatMap(([name, value]) =>
		value === undefined ? [] : [element("div", {}, element("dt", { class: "small quiet" }, name), element("dd", {}, value))],
	);

	return element(
		"section",
		{},
		element("h1", { tabindex: "-1" }, user.name ?? user.sub),
		element("dl", { class: "card facts" }, facts),
		element("p", { class: "small quiet" }, "Signing out here also signs you out in the browser of this phone."),
		element("button", { id: "sign-out", type: "button", class: "wide second", onclick: signOut }, "Sign out"),
	);
}
