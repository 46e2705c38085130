import { type AllowedAppView, Apps } from "./account-apps.tsx";
import { Section } from "./account-section.tsx";
import { Sessions, type SessionView } from "./account-sessions.tsx";
import { ChangePassword, type PasswordError } from "./change-password.tsx";
import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { Happenings, type HappeningView } from "./happenings.tsx";
import { Mark } from "./marks.tsx";
import type { PersonView } from "./parts.tsx";
import { Name, say, sayText } from "./say.tsx";

/** What was done, said once above the page that shows it. */
export const accountNotices = ["taken-back", "session-ended", "others-ended", "password-changed", "stale"] as const;
export type AccountNotice = (typeof accountNotices)[number];

/** The fields of its forms: `revoke` names an app, `end` a session, `others` all of them; `current` and `new` are passwords. */
export interface AccountView {
	/** Epoch milliseconds, as all instants here. */
	readonly now: number;
	readonly person: PersonView;
	/** For password managers. */
	readonly username: string;
	readonly hidden: Readonly<Record<string, string>>;
	readonly apps: readonly AllowedAppView[];
	/** For how long an API may still take what these apps hold; 0 where they may call none. */
	readonly heldForMinutes: number;
	/** This browser's first. */
	readonly sessions: readonly SessionView[];
	readonly hasPassword: boolean;
	readonly happenings: readonly HappeningView[];
	readonly signOutUrl: string;
	readonly otherAccountUrl: string;
	readonly notice?: AccountNotice;
	readonly passwordError?: PasswordError;
}

/** The page at `/account`. */
export function accountPage(frame: Frame, view: AccountView): Document {
	const words = frame.words.account;
	const { name, detail } = view.person;
	return renderPage(
		<Page
			frame={frame}
			name="account"
			dress="account"
			title={sayText(words.title)}
			end={
				<a class="button minor" href={view.signOutUrl}>
					{say(words.signOut)}
				</a>
			}
		>
			<div>
				<h1>{say(words.title)}</h1>
				<p class="who quiet">
					<span>
						<Name text={name} />
						{detail === undefined ? null : (
							<>
								, <Name text={detail} />
							</>
						)}
					</span>
					<a class="small" href={view.otherAccountUrl}>
						{say(frame.words.page.useAnotherAccount)}
					</a>
				</p>
			</div>
			{view.notice === undefined ? null : <Notice frame={frame} notice={view.notice} />}
			<Apps frame={frame} apps={view.apps} heldForMinutes={view.heldForMinutes} hidden={view.hidden} now={view.now} />
			<Sessions frame={frame} sessions={view.sessions} hidden={view.hidden} now={view.now} />
			<Section id="password" title={words.password.title} texts={view.hasPassword ? [say(words.password.text)] : []}>
				{view.hasPassword ? (
					<ChangePassword
						frame={frame}
						target={{ action: "/account/password", hidden: view.hidden }}
						username={view.username}
						error={view.passwordError}
					/>
				) : (
					<p class="panel quiet">{say(words.password.none, { company: frame.branding.name })}</p>
				)}
			</Section>
			<Section id="events" title={words.events.title} texts={[say(words.events.text)]}>
				<Happenings frame={frame} happenings={view.happenings} now={view.now} />
			</Section>
		</Page>,
	);
}

/** It takes the focus, so that it is read first. */
function Notice({ frame, notice }: { readonly frame: Frame; readonly notice: AccountNotice }) {
	return (
		<div class={notice === "stale" ? "note box care" : "note box done"} id="notice" role="status" tabindex={-1} autofocus>
			<Mark name={notice === "stale" ? "care" : "check"} />
			<div>{say(frame.words.account.notices[notice])}</div>
		</div>
	);
}
