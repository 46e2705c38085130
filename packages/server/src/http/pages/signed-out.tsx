import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { Named, PersonTile, type PersonView } from "./parts.tsx";
import { say, sayText } from "./say.tsx";
import { WayOut } from "./way-out.tsx";

export interface SignedOutView {
	/** Who is signed in here all the same: they chose to stay. */
	readonly stayed?: PersonView;
	/** Where somebody who stays can go on. */
	readonly accountUrl: string;
}

/** The page at `/signed-out`; for somebody who stays signed in it says that instead. */
export function signedOutPage(frame: Frame, view: SignedOutView): Document {
	const { signedOut, stayedSignedIn } = frame.words;
	const { stayed } = view;
	if (stayed === undefined)
		return renderPage(
			<Page frame={frame} name="signed-out" title={sayText(signedOut.title)} broken>
				<h1 id="signed-out">{say(signedOut.title)}</h1>
				<p class="quiet">{say(signedOut.text)}</p>
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
			<WayOut frame={frame} way={{ to: "account", url: view.accountUrl }} />
		</Page>,
	);
}
