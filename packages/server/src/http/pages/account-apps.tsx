import { Section } from "./account-section.tsx";
import type { Frame } from "./frame.tsx";
import { Mark } from "./marks.tsx";
import { AppTile, type AppView, HiddenFields } from "./parts.tsx";
import { type Permissions, permissionGroups } from "./permissions.tsx";
import { plainText } from "./plain-text.ts";
import { safeUrl } from "./safe-url.ts";
import { Name, say, sayText } from "./say.tsx";
import { Ago, Day } from "./when.tsx";

/** An app that may use the account. Instants are epoch milliseconds. */
export interface AllowedAppView {
	readonly id: string;
	readonly app: AppView;
	readonly firstParty: boolean;
	readonly permissions: Permissions;
	readonly since?: number;
	/** Absent while it holds nothing that it could use. */
	readonly lastUsedAt?: number;
	/** Where it begins a sign-in, told whose (OpenID Connect Core §4). */
	readonly openUrl?: string;
}

interface AppsProps {
	readonly frame: Frame;
	readonly apps: readonly AllowedAppView[];
	readonly heldForMinutes: number;
	readonly hidden: Readonly<Record<string, string>>;
	readonly now: number;
}

/** Which apps may use the account, what for, and how to take it back. */
export function Apps({ frame, apps, heldForMinutes, hidden, now }: AppsProps) {
	const words = frame.words.account.apps;
	const texts = [
		<>
			{say(words.text)} {heldForMinutes > 0 ? say(words.held, { count: heldForMinutes }) : null}
		</>,
		...(apps.some(({ firstParty }) => firstParty) ? [say(words.comeBack, { company: frame.branding.name })] : []),
	];
	return (
		<Section id="apps" title={words.title} texts={apps.length === 0 ? [] : texts}>
			{apps.length === 0 ? (
				<p class="panel quiet">{say(words.none)}</p>
			) : (
				<form method="post" action="/account/apps">
					<HiddenFields values={Object.entries(hidden)} />
					<ul class="panel list">
						{apps.map((app) => (
							<App frame={frame} app={app} now={now} />
						))}
					</ul>
				</form>
			)}
		</Section>
	);
}

interface AppProps {
	readonly frame: Frame;
	readonly app: AllowedAppView;
	readonly now: number;
}

function App({ frame, app, now }: AppProps) {
	const words = frame.words.account.apps;
	const openUrl = safeUrl(app.openUrl);
	return (
		<li class="entry">
			<AppTile frame={frame} app={app.app} />
			<div>
				<b>
					<Name text={app.app.name} />
				</b>
				<Standing frame={frame} app={app} />
			</div>
			<div class="may">
				<May frame={frame} permissions={app.permissions} />
				<div class="facts">
					{app.since === undefined ? null : <span>{say(words.since, { day: <Day frame={frame} at={app.since} /> })}</span>}
					{app.lastUsedAt === undefined ? (
						<span>{say(words.idle)}</span>
					) : (
						<span>{say(frame.words.account.lastUsed, { when: <Ago frame={frame} at={app.lastUsedAt} now={now} /> })}</span>
					)}
					{openUrl === undefined ? null : (
						<a href={openUrl} aria-label={sayText(words.openApp, { app: app.app.name })}>
							{say(words.open)}
						</a>
					)}
				</div>
			</div>
			<button
				class="minor"
				type="submit"
				id={`revoke-${app.id}`}
				name="revoke"
				value={app.id}
				aria-label={sayText(words.takeBackFrom, { app: app.app.name })}
			>
				{say(words.takeBack)}
			</button>
		</li>
	);
}

/** Whose it is, and whether anybody of the company looked at it. */
function Standing({ frame, app: { app, firstParty } }: Omit<AppProps, "now">) {
	const company = frame.branding.name;
	if (firstParty) return <small>{say(frame.words.account.apps.ours, { company })}</small>;
	return (
		<small class={app.reviewed ? "tag good" : "tag care"}>
			<Mark name={app.reviewed ? "shield" : "care"} />
			<span>{say(app.reviewed ? frame.words.consent.reviewed : frame.words.account.apps.notReviewed, { company })}</span>
		</small>
	);
}

/** What it may do, as the consent page says it. */
function May({ frame, permissions }: { readonly frame: Frame; readonly permissions: Permissions }) {
	const groups = permissionGroups(frame, permissions);
	if (groups.length === 0) return <p class="small">{say(frame.words.consent.nothingMore)}</p>;
	return (
		<dl>
			{groups.map((group) => (
				<>
					<dt>
						<Name text={group.name} />
					</dt>
					<dd>
						{group.scopes.map(({ sentence }) => (
							<div>{plainText(sentence)}</div>
						))}
					</dd>
				</>
			))}
		</dl>
	);
}
