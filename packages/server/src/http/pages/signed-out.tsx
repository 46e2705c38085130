import { BackLink, type BackView } from "./back-link.tsx";
import { type Frame, Page, renderPage } from "./frame.tsx";
import { Named, PersonTile, type PersonView } from "./parts.tsx";
import { say, sayText } from "./say.tsx";

export interface SignedOutView {
	readonly back?: BackView;
	/** Who is signed in here all the same: they chose to stay. */
	readonly stayed?: PersonView;
}

/** The page at `/signed-out`; for somebody who stays signed in it says that instead. */
export function signedOutPage(frame: Frame, view: SignedOutView): string {
	const { signedOut, stayedSignedIn } = frame.words;
	const { stayed } = view;
	if (stayed === undefined)
		return renderPage(
			<Page frame={frame} name="signed-out" title={sayText(signedOut.title)} broken>
				<h1 id="signed-out">{say(signedOut.title)}</h1>
				<p class="quiet">{say(signedOut.text)}</p>
				<BackLink frame={frame} back={view.back} />
			</Page>,
		);
	return renderPage(
		<Page frame={frame} name="logout" title={sayText(stayedSignedIn.title)} end={<PersonTile person={stayed} />}>
			<h1>{say(stayedSignedIn.title)}</h1>
			<p class="quiet">{say(stayedSignedIn.text)}</p>
			<div class="row">
				<PersonTile person={stayed} />
				<Named name={stayed.name} detail={stayed.detail} />
			</div>
		</Page>,
	);
}
