import { AppSays, saysAnything } from "./app-says.tsx";
import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { AppTile, type AppView, type FormTarget, Named, OwnForm, type PersonView } from "./parts.tsx";
import { type Permissions, permissionGroups } from "./permissions.tsx";
import { plainText } from "./plain-text.ts";
import { placeOf } from "./safe-url.ts";
import { Heading, Name, say, sayText } from "./say.tsx";

/** The form's field `answer` is `allow` or `deny`; its field `scope` comes once for every box that stayed ticked. */
export interface ConsentView extends FormTarget, Permissions {
	readonly app: AppView;
	/** Where the answer will go; the page shows its host. */
	readonly redirectUri: string;
	readonly person: PersonView;
	/** Where what was allowed is taken back. */
	readonly accountUrl: string;
	/** Where to go on with another account. */
	readonly otherAccountUrl: string;
}

/** The page at `/consent`: who asks, for whom, for what, and how to take it back. */
export function consentPage(frame: Frame, view: ConsentView): Document {
	const words = frame.words.consent;
	const app = view.app.name;
	return renderPage(
		<Page
			frame={frame}
			name="consent"
			dress="consent"
			title={sayText(words.title, { app })}
			end={<AppTile frame={frame} app={view.app} />}
			broken={!view.app.reviewed}
		>
			<OwnForm target={view}>
				<div class="ask">
					<Heading message={words.title} values={{ app }} />
					<Who frame={frame} view={view} />
					<section class="question">
						<div class="split">
							<h2>{say(words.forWhom)}</h2>
							<a class="small" href={view.otherAccountUrl}>
								{say(frame.words.page.useAnotherAccount)}
							</a>
						</div>
						<Named name={view.person.name} detail={view.person.detail} />
					</section>
					<What frame={frame} view={view} />
					<section class="question">
						<h2>{say(words.takeBack)}</h2>
						<p>{say(words.takeBackThere, { link: (inside) => <a href={view.accountUrl}>{inside}</a> })}</p>
					</section>
					{saysAnything(view.app) ? (
						<section class="question">
							<h2>{say(frame.words.app.says)}</h2>
							<AppSays frame={frame} app={view.app} site />
						</section>
					) : null}
				</div>
				{/* Deny comes first, so that Enter denies; beside an app that nobody reviewed neither answer is recommended. */}
				<div class="actions pair stay">
					<button type="submit" id="consent-deny" name="answer" value="deny">
						{say(words.deny)}
					</button>
					<button type="submit" id="consent-allow" name="answer" value="allow" class={view.app.reviewed ? "main" : undefined}>
						{say(words.allow)}
					</button>
				</div>
			</OwnForm>
		</Page>,
	);
}

function Who({ frame, view }: { readonly frame: Frame; readonly view: ConsentView }) {
	const words = frame.words.consent;
	const company = frame.branding.name;
	return (
		<section class="question">
			<h2>{say(words.who)}</h2>
			<Named name={view.app.name} detail={placeOf(view.redirectUri)} />
			{view.app.reviewed ? (
				<p class="tag good small">
					<Mark name="shield" />
					<span>{say(words.reviewed, { company })}</span>
				</p>
			) : (
				<div class="note box care">
					<Mark name="care" />
					<div>{say(words.notReviewed, { company })}</div>
				</div>
			)}
		</section>
	);
}

function What({ frame, view }: { readonly frame: Frame; readonly view: ConsentView }) {
	const words = frame.words.consent;
	const groups = permissionGroups(frame, view);
	return (
		<section class="question">
			<h2>{say(words.what)}</h2>
			{groups.length === 0 ? <p>{say(words.nothingMore)}</p> : null}
			{groups.map((group, index) => (
				<fieldset class="api" aria-labelledby={`api-${index + 1}`}>
					<h3 id={`api-${index + 1}`}>
						<Name text={group.name} />
					</h3>
					{group.scopes.map((scope) => (
						<label class="tick">
							<input type="checkbox" id={`scope-${scope.name}`} name="scope" value={scope.name} checked />
							<span>{plainText(scope.sentence)}</span>
						</label>
					))}
				</fieldset>
			))}
			<p class="note quiet">
				<Mark name="lock" />
				<span>{say(words.limits)}</span>
			</p>
		</section>
	);
}
