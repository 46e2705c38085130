import type { VNode } from "preact";

/** The drawings of the pages, on a grid of 20. */
const drawings = {
	alert: (
		<>
			<circle cx="10" cy="10" r="7.5" />
			<path d="M10 6.2v4.6M10 13.7v.1" />
		</>
	),
	care: <path d="M10 3.2l7.4 13.3H2.6zM10 8.4v3.8M10 14.3v.1" />,
	eye: (
		<>
			<circle cx="10" cy="10" r="2.4" />
			<path d="M1.8 10S4.8 4.8 10 4.8s8.2 5.2 8.2 5.2-3 5.2-8.2 5.2S1.8 10 1.8 10z" />
			<path class="shown" d="M4 16L16 4" />
		</>
	),
	globe: (
		<>
			<circle cx="10" cy="10" r="7.5" />
			<path d="M2.5 10h15M10 2.5c-4.5 4-4.5 11 0 15 4.5-4 4.5-11 0-15z" />
		</>
	),
	shield: <path d="M10 2.5l6 2.2v4.8c0 3.7-2.5 6.6-6 8-3.5-1.4-6-4.3-6-8V4.7zM7.2 10l2 2 3.6-4" />,
	lock: (
		<>
			<rect x="4.5" y="9" width="11" height="8" rx="2" />
			<path d="M7 9V6.5a3 3 0 0 1 6 0V9" />
		</>
	),
	other: (
		<>
			<circle cx="8.5" cy="7" r="3" />
			<path d="M2.5 16.5c.5-3 2.9-4.8 6-4.8M15 11.5v5M12.5 14h5" />
		</>
	),
	laptop: (
		<>
			<rect x="4" y="4" width="12" height="8.5" rx="1.5" />
			<path d="M2 15.5h16" />
		</>
	),
	phone: (
		<>
			<rect x="6" y="2.5" width="8" height="15" rx="2" />
			<path d="M9.2 15h1.6" />
		</>
	),
	enter: <path d="M11 3.5h3.5a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H11M3.5 10h8.5M8.8 6.8L12 10l-3.2 3.2" />,
	leave: <path d="M9 3.5H5.5a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2H9M8 10h8.5M13.3 6.8l3.2 3.2-3.2 3.2" />,
	key: (
		<>
			<circle cx="6.8" cy="13.2" r="3.3" />
			<path d="M9.2 10.8l7-7M13.5 6.5l2.3 2.3" />
		</>
	),
	check: <path d="M4.5 10.5l3.5 3.5 7.5-8" />,
	copy: (
		<>
			<rect x="7" y="7" width="9.5" height="9.5" rx="2" />
			<path d="M4.5 13A1.5 1.5 0 0 1 3.5 11.5V5A1.5 1.5 0 0 1 5 3.5h6.5A1.5 1.5 0 0 1 13 4.5" />
		</>
	),
	again: <path d="M16.5 10a6.5 6.5 0 1 1-1.9-4.6l1.9 1.9M16.5 3.3v4h-4" />,
	onward: <path d="M7.8 5l5 5-5 5" />,
	back: <path d="M16.5 10h-13M8.5 5l-5 5 5 5" />,
} satisfies Record<string, VNode>;

/** The drawings that point along the reading direction, and turn with it. */
const pointing: ReadonlySet<string> = new Set(["onward", "back", "enter", "leave"]);

export type MarkName = keyof typeof drawings;

/** A drawing beside words that say the same. */
export function Mark({ name }: { readonly name: MarkName }) {
	return (
		<svg viewBox="0 0 20 20" aria-hidden="true" class={pointing.has(name) ? "turn" : undefined}>
			{drawings[name]}
		</svg>
	);
}
