import type { ComponentChildren } from "preact";
import { say } from "./say.tsx";
import type { Message } from "./words.ts";

interface SectionProps {
	readonly id: string;
	readonly title: Message;
	/** What stands below the title, a paragraph each. */
	readonly texts: readonly ComponentChildren[];
	readonly children: ComponentChildren;
}

/** One part of the account: what it is about on one side, what there is on the other. */
export function Section({ id, title, texts, children }: SectionProps) {
	return (
		<section id={id} aria-labelledby={`${id}-title`}>
			<div class="about">
				<h2 id={`${id}-title`}>{say(title)}</h2>
				{texts.map((text) => (
					<p class="small quiet">{text}</p>
				))}
			</div>
			{children}
		</section>
	);
}
