import { BackLink, type BackView } from "./back-link.tsx";
import { type Frame, Page, renderPage } from "./frame.tsx";

export interface SignedOutView {
	readonly back?: BackView;
}

/** The page at `/signed-out`. */
export function signedOutPage(frame: Frame, view: SignedOutView): string {
	const words = frame.words.signedOut;
	return renderPage(
		<Page frame={frame} name="signed-out" title={words.title} broken>
			<h1 id="signed-out">{words.title}</h1>
			<p class="quiet">{words.text}</p>
			<BackLink frame={frame} back={view.back} />
		</Page>,
	);
}
