import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { AppTile, type AppView, HiddenFields } from "./parts.tsx";
import { responseTarget } from "./safe-url.ts";
import { Heading, say, sayText } from "./say.tsx";

export interface FormPostView {
	readonly app: AppView;
	readonly redirectUri: string;
	/** The parameters of the authorization response. */
	readonly parameters: ReadonlyMap<string, string>;
}

/** The page that carries an authorization response to the app (OAuth 2.0 Form Post Response Mode §2). */
export function formPostPage(frame: Frame, view: FormPostView): Document {
	const words = frame.words.formPost;
	const names = { app: view.app.name };
	return renderPage(
		<Page
			frame={frame}
			name="form-post"
			title={sayText(words.title, names)}
			end={<AppTile frame={frame} app={view.app} />}
			broken={!view.app.reviewed}
			dress="formPost"
		>
			<Heading message={words.title} values={names} />
			<form method="post" action={responseTarget(view.redirectUri)} class="actions low">
				<HiddenFields values={view.parameters} />
				<noscript>
					<button type="submit" class="main">
						<span>{say(words.submit, names)}</span>
					</button>
				</noscript>
			</form>
		</Page>,
	);
}
