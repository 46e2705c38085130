import type { ErrorCode } from "@gatehouse/protocol";
import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { spelledOut } from "./plain-text.ts";
import { Heading, say, sayText } from "./say.tsx";
import { type Way, WayOut } from "./way-out.tsx";

export interface ErrorView {
	readonly code: ErrorCode;
	/** The code stands for much; here it is that the app, or the address it wants the person back at, is not known. */
	readonly unknownApp?: boolean;
	readonly traceId: string;
	readonly way?: Way;
	/** Given only where the issuer is loopback. */
	readonly development?: {
		/** The error's words for the developer of the app. */
		readonly description: string;
		/** What was sent against what is registered, by label. */
		readonly comparison?: Readonly<Record<string, string>>;
	};
}

/** The errors that mean something of their own to a person; all others are a broken link. */
const told: Partial<Record<ErrorCode, "noSuchPage" | "ourFault" | "busy" | "tooMany" | "notAllowed" | "cookiesOff" | "startAgain">> = {
	not_found: "noSuchPage",
	method_not_allowed: "noSuchPage",
	server_error: "ourFault",
	temporarily_unavailable: "busy",
	too_many_requests: "tooMany",
	access_denied: "notAllowed",
	cookies_off: "cookiesOff",
	forbidden: "startAgain",
};

/** The page of an error that cannot go back to an app: what happened, what the person can do now, and what the help desk needs. */
export function errorPage(frame: Frame, view: ErrorView): Document {
	const words = frame.words.error;
	const names = { company: frame.branding.name };
	const { title, text } = words[view.unknownApp ? "unknownApp" : (told[view.code] ?? "brokenLink")];
	return renderPage(
		<Page frame={frame} name="error" title={sayText(title, names)} broken>
			<Heading message={title} values={names} />
			<p class="quiet" id="error-text">
				{say(text, names)}
			</p>
			<WayOut frame={frame} way={view.way} />
			<div class="small">
				<p class="quiet">{say(words.tell)}</p>
				<dl id="details">
					<dt>{say(words.code)}</dt>
					<dd>
						<code id="error-code">{view.code}</code>
					</dd>
					<dt>{say(words.trace)}</dt>
					<dd>
						<code id="trace-id">{view.traceId}</code>
					</dd>
				</dl>
				<button type="button" class="minor" hidden aria-live="polite" data-copy="details" data-done={sayText(words.copied)}>
					<Mark name="copy" />
					<span>{say(words.copy)}</span>
				</button>
			</div>
			{view.development === undefined ? null : <Development frame={frame} {...view.development} />}
		</Page>,
	);
}

function Development({ frame, description, comparison = {} }: { readonly frame: Frame } & NonNullable<ErrorView["development"]>) {
	return (
		<section class="question small">
			<h2>{say(frame.words.error.developers)}</h2>
			<p lang="en" dir="ltr">
				{spelledOut(description)}
			</p>
			<dl class="stack" lang="en" dir="ltr">
				{Object.entries(comparison).map(([label, value]) => (
					<>
						<dt>{spelledOut(label)}</dt>
						<dd>
							<code>{spelledOut(value)}</code>
						</dd>
					</>
				))}
			</dl>
		</section>
	);
}
