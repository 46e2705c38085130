import type { Frame } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { safeUrl } from "./safe-url.ts";
import { say } from "./say.tsx";

/** A way back to an app, whose address is checked by the page. */
export interface BackView {
	readonly app: string;
	readonly url: string;
}

/** The way back, where one is known and safe. */
export function BackLink({ frame, back }: { readonly frame: Frame; readonly back: BackView | undefined }) {
	const href = safeUrl(back?.url);
	if (back === undefined || href === undefined) return null;
	return (
		<div class="actions low">
			<a class="button main" href={href}>
				<Mark name="back" />
				<span>{say(frame.words.page.backTo, { app: back.app })}</span>
			</a>
		</div>
	);
}
