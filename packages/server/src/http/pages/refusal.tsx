import type { ComponentChildren } from "preact";
import type { Frame } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { say } from "./say.tsx";

/** Why a form was refused, above it; it takes the focus, so that it is read first. */
export function Refusal({ id, children }: { readonly id: string; readonly children: ComponentChildren }) {
	return (
		<div class="note box alarm" id={id} role="alert" tabindex={-1} autofocus>
			<Mark name="alert" />
			<div>{children}</div>
		</div>
	);
}

/** How long to wait after too many guesses: seconds up to a minute and a half, then whole minutes. */
export function sayWait({ words }: Frame, seconds: number) {
	const { waitSeconds, waitMinutes } = words.signIn;
	return seconds <= 90 ? say(waitSeconds, { count: Math.ceil(seconds) }) : say(waitMinutes, { count: Math.ceil(seconds / 60) });
}
