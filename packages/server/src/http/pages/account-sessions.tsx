import type { BrowserWords } from "../../model/index.ts";
import { Section } from "./account-section.tsx";
import { browserName } from "./browser-name.ts";
import type { Frame } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { HiddenFields } from "./parts.tsx";
import { say, sayText } from "./say.tsx";
import { Ago, agoText } from "./when.tsx";

/** A browser that is signed in. Instants are epoch milliseconds. */
export interface SessionView {
	readonly id: string;
	/** It is the one that looks at the page. */
	readonly current: boolean;
	readonly browser: BrowserWords;
	readonly createdAt: number;
	readonly lastUsedAt: number;
	/** A /24 or /48; absent where nobody knows. */
	readonly network?: string;
}

interface SessionsProps {
	readonly frame: Frame;
	readonly sessions: readonly SessionView[];
	readonly hidden: Readonly<Record<string, string>>;
	readonly now: number;
}

/** Where the person is signed in, and how to end it there. */
export function Sessions({ frame, sessions, hidden, now }: SessionsProps) {
	const words = frame.words.account.sessions;
	const others = sessions.filter(({ current }) => !current);
	return (
		<Section id="sessions" title={words.title} texts={[say(others.length === 0 ? words.onlyHere : words.text)]}>
			<form method="post" action="/account/sessions">
				<HiddenFields values={Object.entries(hidden)} />
				<ul class="panel list">
					{sessions.map((session) => (
						<SessionRow frame={frame} session={session} index={others.indexOf(session) + 1} now={now} />
					))}
					{others.length > 1 ? (
						<li class="entry">
							<button class="minor" type="submit" id="end-other-sessions" name="others" value="all">
								{say(words.endOthers)}
							</button>
						</li>
					) : null}
				</ul>
			</form>
		</Section>
	);
}

interface SessionRowProps {
	readonly frame: Frame;
	readonly session: SessionView;
	/** Among the others, from 1. */
	readonly index: number;
	readonly now: number;
}

function SessionRow({ frame, session, index, now }: SessionRowProps) {
	const words = frame.words.account.sessions;
	const browser = browserName(frame, session.browser);
	return (
		<li class="entry">
			<span class="tile" aria-hidden="true">
				<Mark name={session.browser.handheld ? "phone" : "laptop"} />
			</span>
			<b>{browser}</b>
			<div class="facts">
				<span>{say(words.began, { when: <Ago frame={frame} at={session.createdAt} now={now} /> })}</span>
				<span>{say(frame.words.account.lastUsed, { when: <Ago frame={frame} at={session.lastUsedAt} now={now} /> })}</span>
				{session.network === undefined ? null : <span>{say(words.network, { network: session.network })}</span>}
			</div>
			{session.current ? (
				<span class="tag good small">
					<Mark name="check" />
					{say(words.here)}
				</span>
			) : (
				<button
					class="minor"
					type="submit"
					id={`end-session-${index}`}
					name="end"
					value={session.id}
					aria-label={sayText(words.endThis, { browser, when: agoText(frame, session.createdAt, now) })}
				>
					{say(words.end)}
				</button>
			)}
		</li>
	);
}
