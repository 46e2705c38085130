import type { ComponentChildren } from "preact";
import { plainText } from "./plain-text.ts";
import { pictureUrl } from "./safe-url.ts";
import { Name } from "./say.tsx";

/** The app at the other end of the passage. */
export interface AppView {
	readonly name: string;
	/** By the company; a first-party app is. */
	readonly reviewed: boolean;
	/** A picture as a `data:` URL. Every other address is ignored: nothing is fetched to draw a page. */
	readonly logo?: string;
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
export function AppTile({ app }: { readonly app: AppView }) {
	const logo = app.reviewed ? pictureUrl(app.logo) : undefined;
	return (
		<span class="tile" aria-hidden="true">
			{logo === undefined ? monogram(app.name) : <img alt="" src={logo} />}
		</span>
	);
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
