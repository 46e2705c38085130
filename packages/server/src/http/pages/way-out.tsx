import type { Frame } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { say } from "./say.tsx";

/** What a person can do where a page ends: an address of our own. */
export interface Way {
	/** The same once more, or the account page. */
	readonly to: "again" | "account";
	readonly url: string;
}

/** The way on, where there is one. */
export function WayOut({ frame, way }: { readonly frame: Frame; readonly way: Way | undefined }) {
	if (way === undefined) return null;
	const { again, toAccount } = frame.words.page;
	return (
		<div class="actions low">
			<a class="button main" href={way.url}>
				{way.to === "again" ? <Mark name="again" /> : null}
				<span>{say(way.to === "again" ? again : toAccount)}</span>
			</a>
		</div>
	);
}
