import { ago } from "./ago.ts";
import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { AppTile, type AppView, type FormTarget, Named, OwnForm, PersonTile, type PersonView } from "./parts.tsx";
import { Heading, say, sayText } from "./say.tsx";

/** The form's field `answer` is `continue` or `other`. */
export interface SelectAccountView extends FormTarget {
	readonly app: AppView;
	/** Who is signed in here. */
	readonly person: PersonView;
	/** How long ago they proved who they are, in seconds. */
	readonly signedInFor: number;
}

/** The page at `/select-account`. */
export function selectAccountPage(frame: Frame, view: SelectAccountView): Document {
	const words = frame.words.selectAccount;
	const app = view.app.name;
	const when = ago(frame.words.lang, view.signedInFor);
	return renderPage(
		<Page
			frame={frame}
			name="select-account"
			title={sayText(words.title, { app })}
			end={<AppTile frame={frame} app={view.app} />}
			broken={!view.app.reviewed}
		>
			<Heading message={words.title} values={{ app }} />
			<OwnForm target={view}>
				<ul class="list">
					<li>
						<button type="submit" class="row" id="account-1" name="answer" value="continue">
							<PersonTile person={view.person} />
							<Named name={view.person.name} detail={view.person.detail}>
								<small>{when === undefined ? say(words.signedIn) : say(words.signedInAgo, { ago: when })}</small>
							</Named>
							<Mark name="onward" />
						</button>
					</li>
					<li>
						<button type="submit" class="row" id="account-other" name="answer" value="other">
							<span class="tile person">
								<Mark name="other" />
							</span>
							<span>
								<b>{say(frame.words.page.useAnotherAccount)}</b>
							</span>
							<Mark name="onward" />
						</button>
					</li>
				</ul>
			</OwnForm>
		</Page>,
	);
}
