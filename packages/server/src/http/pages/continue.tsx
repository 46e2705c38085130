import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { AppTile, type AppView, type FormTarget, Named, OwnForm, PersonTile, type PersonView } from "./parts.tsx";
import { Heading, say, sayText } from "./say.tsx";

/** The form's field `answer` is `continue` or `other`. */
export interface ContinueView extends FormTarget {
	readonly app: AppView;
	readonly person: PersonView;
}

/** The page at `/continue`: an app whose redirect does not prove who it is gets nothing without a person's word (RFC 8252 §8.6). */
export function continuePage(frame: Frame, view: ContinueView): Document {
	const words = frame.words.continue;
	const names = { app: view.app.name, person: view.person.name };
	return renderPage(
		<Page
			frame={frame}
			name="continue"
			title={sayText(words.title, names)}
			end={<AppTile frame={frame} app={view.app} />}
			broken={!view.app.reviewed}
		>
			<Heading message={words.title} values={names} />
			<p class="quiet">{say(words.text, names)}</p>
			<div class="row">
				<PersonTile person={view.person} />
				<Named name={view.person.name} detail={view.person.detail} />
			</div>
			<OwnForm target={view} low>
				<button type="submit" class="main" id="continue-submit" name="answer" value="continue">
					<span>{say(words.submit, names)}</span>
				</button>
				<button type="submit" id="continue-other" name="answer" value="other">
					{say(frame.words.page.useAnotherAccount)}
				</button>
			</OwnForm>
		</Page>,
	);
}
