import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { Mark, type MarkName } from "./marks.tsx";
import { type AppView, Named, PersonTile, type PersonView } from "./parts.tsx";
import { say, sayText } from "./say.tsx";
import { WayOut } from "./way-out.tsx";

/** What became of telling one app that somebody signed out. */
interface ToldAppView {
	readonly id: string;
	readonly app: Pick<AppView, "name">;
	readonly state: keyof typeof toldMarks;
}

export interface SignedOutView {
	/** Who is signed in here all the same: they chose to stay. */
	readonly stayed?: PersonView;
	/** Where somebody who stays can go on. */
	readonly accountUrl: string;
	/** The apps that were used in the session that ended. */
	readonly receipt?: {
		readonly apps: readonly ToldAppView[];
		/** This page once more. */
		readonly againUrl: string;
	};
}

/** What an app may be told, and the drawing that stands before its name. */
const toldMarks = { told: "check", trying: "again", failed: "care", untold: "care" } as const satisfies Record<string, MarkName>;
const tones = { told: "good", trying: "quiet", failed: "care", untold: "care" } as const;

/** The page at `/signed-out`; for somebody who stays signed in it says that instead. */
export function signedOutPage(frame: Frame, view: SignedOutView): Document {
	const { signedOut, stayedSignedIn } = frame.words;
	const { stayed, receipt } = view;
	if (stayed === undefined)
		return renderPage(
			<Page frame={frame} name="signed-out" title={sayText(signedOut.title)} broken>
				<h1 id="signed-out">{say(signedOut.title)}</h1>
				<p class="quiet">{say(signedOut.text)}</p>
				{receipt === undefined || receipt.apps.length === 0 ? null : <Receipt frame={frame} {...receipt} />}
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

/** Which apps know of it, and what to do about the others. */
function Receipt({ frame, apps, againUrl }: { readonly frame: Frame } & NonNullable<SignedOutView["receipt"]>) {
	const words = frame.words.signedOut.receipt;
	return (
		<section class="question" id="receipt">
			<h2>{say(words.title)}</h2>
			<ul class="list">
				{apps.map(({ id, app, state }) => (
					<li class="row" id={`receipt-${id}`} data-state={state}>
						<span class={tones[state]}>
							<Mark name={toldMarks[state]} />
						</span>
						<Named name={app.name} detail={sayText(words[state], { company: frame.branding.name })} />
					</li>
				))}
			</ul>
			{apps.some(({ state }) => state === "trying") ? (
				<div class="actions">
					<a class="button" id="receipt-again" href={againUrl}>
						<Mark name="again" />
						<span>{say(words.again)}</span>
					</a>
				</div>
			) : null}
		</section>
	);
}
