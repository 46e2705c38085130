import { ago } from "./ago.ts";
import type { Frame } from "./frame.tsx";
import { sayText } from "./say.tsx";

const week = 7 * 86_400_000;

/**
 * An instant. Without JavaScript nobody knows the person's clock: up to a week it is told by how long ago it was, later by its
 * day, and the whole instant, in UTC, when one asks for it; with JavaScript the last two become the person's own time.
 */
export function Ago({ frame, at, now }: { readonly frame: Frame; readonly at: number; readonly now: number }) {
	return <Instant frame={frame} at={at} text={agoText(frame, at, now)} day={now - at >= week} />;
}

/** The same where only text can stand. */
export function agoText(frame: Frame, at: number, now: number): string {
	if (now - at >= week) return dayText(frame, at);
	return ago(frame.words.lang, (now - at) / 1000) ?? sayText(frame.words.account.justNow);
}

/** The day of an instant. */
export function Day({ frame, at }: { readonly frame: Frame; readonly at: number }) {
	return <Instant frame={frame} at={at} text={dayText(frame, at)} day />;
}

function dayText(frame: Frame, at: number): string {
	return new Intl.DateTimeFormat(frame.words.lang, { dateStyle: "long", timeZone: "UTC" }).format(at);
}

interface InstantProps {
	readonly frame: Frame;
	readonly at: number;
	readonly text: string;
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
