/**
 * The design tokens: every colour, size and distance of the pages. Colours come in a light and a dark form and follow the hue of
 * the brand; good, care and alarm keep theirs, and always come with words.
 *
 * @param palette the declarations of `paletteStyle`
 */
export function designTokens(palette: string): string {
	return `
:root {
	${palette};

	color-scheme: light dark;
	--ground: light-dark(oklch(0.968 0.007 var(--hue)), oklch(0.18 0.008 var(--hue)));
	--card: light-dark(oklch(0.998 0.001 var(--hue)), oklch(0.225 0.01 var(--hue)));
	--field: light-dark(oklch(1 0 0), oklch(0.19 0.008 var(--hue)));
	--tint: light-dark(oklch(0.953 0.016 var(--hue)), oklch(0.29 0.018 var(--hue)));
	--line: light-dark(oklch(0.905 0.01 var(--hue)), oklch(0.33 0.014 var(--hue)));
	--edge: light-dark(oklch(0.62 0.02 var(--hue)), oklch(0.56 0.016 var(--hue)));
	--text: light-dark(oklch(0.24 0.02 var(--hue)), oklch(0.945 0.006 var(--hue)));
	--quiet: light-dark(oklch(0.48 0.02 var(--hue)), oklch(0.745 0.014 var(--hue)));
	--good: light-dark(oklch(0.46 0.09 160), oklch(0.8 0.1 160));
	--care: light-dark(oklch(0.47 0.09 70), oklch(0.84 0.1 80));
	--care-tint: light-dark(oklch(0.965 0.03 85), oklch(0.285 0.03 75));
	--alarm: light-dark(oklch(0.49 0.17 27), oklch(0.8 0.11 25));
	--alarm-tint: light-dark(oklch(0.965 0.017 27), oklch(0.275 0.035 25));
	--ring: 3px solid light-dark(oklch(0.55 0.2 262), oklch(0.78 0.13 250));
	--shadow: 0 16px 40px -16px oklch(0.25 0.03 var(--hue) / 0.18);

	--small: 0.875rem;
	--body: 1rem;
	--large: 1.25rem;
	--title: 1.75rem;

	--s1: 0.25rem;
	--s2: 0.5rem;
	--s3: 0.75rem;
	--s4: 1rem;
	--s6: 1.5rem;
	--s8: 2rem;
	--s10: 2.5rem;
	--touch: 3rem;
	--round: 8px;
	--card-round: 16px;
}
@media (prefers-contrast: more) {
	:root { --line: var(--edge); --edge: var(--text); --quiet: var(--text); }
}
`;
}
