import type { ComponentChildren } from "preact";
import type { Frame } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { say, sayText } from "./say.tsx";
import type { Message } from "./words.ts";

interface PasswordInputProps {
	readonly frame: Frame;
	/** Of the field. */
	readonly id: string;
	/** What the button that shows the password is called. */
	readonly show: Message;
	/** The field itself. */
	readonly children: ComponentChildren;
}

/** A field for a password, with the comfort that the script brings: it can be shown, and Caps Lock is told. */
export function PasswordInput({ frame, id, show, children }: PasswordInputProps) {
	return (
		<>
			<div class="inside">
				{children}
				<button type="button" hidden aria-label={sayText(show)} aria-pressed="false" aria-controls={id}>
					<Mark name="eye" />
				</button>
			</div>
			<p class="note care" role="status" hidden>
				<Mark name="care" />
				{say(frame.words.signIn.capsLock)}
			</p>
		</>
	);
}
