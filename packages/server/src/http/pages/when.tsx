import type { Frame } from "./frame.tsx";
import { say } from "./say.tsx";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * An instant. Without JavaScript nobody knows the person's clock: up to a week it is told by how long ago it was, later by its
 * day, and the whole instant, in UTC, when one asks for it; with JavaScript the last two become the person's own time.
 */
export function Ago({ frame, at, now }: { readonly frame: Frame; readonly at: number; readonly now: number }) {
	const passed = Math.max(0, now - at);
	if (passed < minute) return <Instant frame={frame} at={at} text={say(frame.words.account.justNow)} />;
	if (passed >= 7 * day) return <Day frame={frame} at={at} />;
	const [unit, length] = passed < hour ? (["minute", minute] as const) : passed < day ? (["hour", hour] as const) : (["day", day] as const);
	const text = new Intl.RelativeTimeFormat(frame.words.lang).format(-Math.floor(passed / length), unit);
	return <Instant frame={frame} at={at} text={text} />;
}

/** The day of an instant. */
export function Day({ frame, at }: { readonly frame: Frame; readonly at: number }) {
	const text = new Intl.DateTimeFormat(frame.words.lang, { dateStyle: "long", timeZone: "UTC" }).format(at);
	return <Instant frame={frame} at={at} text={text} day />;
}

interface InstantProps {
	readonly frame: Frame;
	readonly at: number;
	readonly text: ReturnType<typeof say>;
	readonly day?: boolean;
}

function Instant({ frame, at, text, day: isDay = false }: InstantProps) {
	const whole = new Intl.DateTimeFormat(frame.words.lang, {
		...{ year: "numeric", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" },
		...{ timeZone: "UTC", timeZoneName: "short" },
	} as const).format(at);
	return (
		<time datetime={new Date(at).toISOString()} title={whole} data-day={isDay ? "" : undefined}>
			{text}
		</time>
	);
}
