import type { ComponentChildren } from "preact";
import type { Frame } from "./frame.tsx";
import { plainText } from "./plain-text.ts";
import { ownPicture } from "./safe-url.ts";
import { Name, sayText } from "./say.tsx";

/** The app at the other end of the passage. */
export interface AppView {
	readonly name: string;
	/** By the company; a first-party app is. */
	readonly reviewed: boolean;
	/** Where our own origin serves its logo; every other address is ignored. */
	readonly logo?: string;
	/** Its home page, its privacy policy and its terms, as it names them. */
	readonly uri?: string;
	readonly policyUri?: string;
	readonly tosUri?: string;
}

/** A person as they know themselves. */
export interface PersonView {
	readonly name: string;
	/** The address or the user name, where it is not the name. */
	readonly detail?: string;
}

/** Where a form goes, and what travels with it unseen. */
export interface FormTarget {
	readonly action: string;
	readonly hidden: Readonly<Record<string, string>>;
}

/** A form of our own, which posts to its own origin. */
export function OwnForm({
	target,
	low,
	children,
}: {
	readonly target: FormTarget;
	readonly low?: boolean;
	readonly children: ComponentChildren;
}) {
	return (
		<form method="post" action={target.action} class={low ? "actions low" : undefined}>
			<HiddenFields values={Object.entries(target.hidden)} />
			{children}
		</form>
	);
}

/** Names and values that a form carries unseen. */
export function HiddenFields({ values }: { readonly values: Iterable<readonly [string, string]> }) {
	return Array.from(values, ([name, value]) => <input type="hidden" name={name} value={value} />);
}

/** The first letter or digit of a name. */
export function monogram(name: string): string {
	return (
		plainText(name)
			.match(/[\p{L}\p{N}]/u)?.[0]
			.toUpperCase() ?? "·"
	);
}

/** An app's logo, once the company has reviewed it; its first letter before that, for a picture can be anyone's. */
export function AppTile({ frame, app }: { readonly frame: Frame; readonly app: AppView }) {
	const logo = app.reviewed ? ownPicture(app.logo) : undefined;
	if (logo !== undefined) return <AppLogo frame={frame} app={app} logo={logo} />;
	return (
		<span class="tile" aria-hidden="true">
			{monogram(app.name)}
		</span>
	);
}

/** A logo on a ground of its own: most are drawn for white. */
export function AppLogo({ frame, app, logo }: { readonly frame: Frame; readonly app: AppView; readonly logo: string }) {
	return <img class="tile" alt={sayText(frame.words.app.logoOf, { app: app.name })} src={logo} />;
}

export function PersonTile({ person }: { readonly person: PersonView }) {
	return (
		<span class="tile person" aria-hidden="true">
			{monogram(person.name)}
		</span>
	);
}

/** A name, and under it what tells it from others. */
export function Named({
	name,
	detail,
	children,
}: {
	readonly name: string;
	readonly detail?: string | undefined;
	readonly children?: ComponentChildren;
}) {
	return (
		<span>
			<b>
				<Name text={name} />
			</b>
			{detail ? (
				<small>
					<Name text={detail} />
				</small>
			) : null}
			{children}
		</span>
	);
}
