import type { BrowserWords } from "../../model/index.ts";
import { browserName } from "./browser-name.ts";
import type { Frame } from "./frame.tsx";
import { Mark, type MarkName } from "./marks.tsx";
import { say } from "./say.tsx";
import { Ago } from "./when.tsx";

/** Everything that a person is told of, and the drawing that stands before it. */
const marks = {
	signedIn: "enter",
	signedInHere: "enter",
	provedAgain: "enter",
	provedAgainHere: "enter",
	signedOut: "leave",
	ended: "leave",
	endedByPassword: "leave",
	endedByLimit: "leave",
	endedByAnother: "leave",
	endedByCompany: "leave",
	appAllowed: "shield",
	takenBack: "back",
	takenBackByCompany: "back",
	givenBack: "back",
	passwordChanged: "key",
	passwordSet: "key",
	replayed: "alert",
	wrongPassword: "alert",
	wrongPasswordHere: "alert",
} as const satisfies Record<string, MarkName>;

export type HappeningKind = keyof typeof marks;

export interface HappeningView {
	/** Epoch milliseconds. */
	readonly at: number;
	readonly kind: HappeningKind;
	/** The name of the app it is about. */
	readonly app?: string;
	/** Where it happened, or the session that ended. */
	readonly browser?: BrowserWords;
	/** The names of the apps that were told of it, that could not be told, and that cannot be told. */
	readonly told?: Readonly<Record<(typeof tellings)[number], readonly string[]>>;
}

const tellings = ["confirmed", "failed", "untold"] as const;

interface HappeningsProps {
	readonly frame: Frame;
	readonly happenings: readonly HappeningView[];
	readonly now: number;
}

/** What happened to an account, newest first. */
export function Happenings({ frame, happenings, now }: HappeningsProps) {
	const words = frame.words.account.events;
	if (happenings.length === 0) return <p class="panel quiet">{say(words.none)}</p>;
	const company = frame.branding.name;
	return (
		<ul class="panel list">
			{happenings.map(({ at, kind, app = "", browser, told }) => (
				<li class={marks[kind] === "alert" ? "event alarm" : "event"}>
					<Mark name={marks[kind]} />
					<span>
						<span>{say(words.kinds[kind], { app, company })}</span>
						{browser === undefined ? null : <small>{browserName(frame, browser)}</small>}
						{tellings
							.filter((how) => (told?.[how].length ?? 0) > 0)
							.map((how) => (
								<small>{say(words.told[how], { apps: told?.[how].join(", ") ?? "" })}</small>
							))}
					</span>
					<span class="small quiet">
						<Ago frame={frame} at={at} now={now} />
					</span>
				</li>
			))}
		</ul>
	);
}
