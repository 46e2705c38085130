import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { type FormTarget, Named, OwnForm, PersonTile, type PersonView } from "./parts.tsx";
import { Heading, say, sayText } from "./say.tsx";

/** The form's field `answer` is `confirm` or `cancel`. */
export interface LogoutView extends FormTarget {
	readonly person: PersonView;
	/** The app wants the person back at an address that is not registered for it (LO-01). */
	readonly noWayBack?: boolean;
}

/** The page at `/end-session`, shown when nothing proves that the person wants to leave (OpenID RP-Initiated Logout §2). */
export function logoutPage(frame: Frame, view: LogoutView): Document {
	const words = frame.words.logout;
	const names = { company: frame.branding.name };
	return renderPage(
		<Page frame={frame} name="logout" title={sayText(words.title, names)} end={<PersonTile person={view.person} />}>
			<Heading message={words.title} values={names} />
			<p class="quiet">{say(words.text)}</p>
			<div class="row">
				<PersonTile person={view.person} />
				<Named name={view.person.name} detail={view.person.detail} />
			</div>
			{view.noWayBack ? (
				<p class="note care" id="logout-no-way-back">
					<Mark name="care" />
					<span>{say(words.noWayBack, names)}</span>
				</p>
			) : null}
			<OwnForm target={view} low>
				<button type="submit" class="main" id="logout-confirm" name="answer" value="confirm">
					{say(words.confirm)}
				</button>
				<button type="submit" id="logout-cancel" name="answer" value="cancel">
					{say(words.cancel)}
				</button>
			</OwnForm>
		</Page>,
	);
}
