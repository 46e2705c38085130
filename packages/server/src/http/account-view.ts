import type { Account, AllowedApp, Happening } from "../management/account.ts";
import { readUserAgent, type Session, type SessionStanding } from "../model/index.ts";
import type { DoorGround } from "./door.ts";
import { personView } from "./interaction.ts";
import type { AccountView, HappeningKind } from "./pages/index.ts";
import { permissionsOf } from "./permissions.ts";
import { appView } from "./render.ts";

/** What it takes to show apps. */
type Ground = Pick<DoorGround, "issuer" | "oauth" | "knownLogos">;

const minute = 60_000;

/** An account as its page shows it, without what travels in its forms. */
export function accountView(
	account: Account,
	standing: SessionStanding,
	ground: Ground,
	now: number,
): Omit<AccountView, "hidden" | "signOutUrl" | "otherAccountUrl"> {
	return {
		now,
		person: personView(standing),
		username: standing.person.username,
		apps: account.apps.map((app) => appOf(app, ground)),
		heldForMinutes: Math.ceil(account.heldFor / minute),
		sessions: account.sessions.map((session) => sessionOf(session, standing.session)),
		hasPassword: account.hasPassword,
		happenings: account.happenings.flatMap((one) => happeningOf(one) ?? []),
	};
}

function appOf({ client, clientId, scope, grantedAt, inUseSince, lastUsedAt }: AllowedApp, ground: Ground): AccountView["apps"][number] {
	const since = grantedAt ?? inUseSince;
	return {
		id: clientId,
		app: client ? appView(client, ground) : { name: clientId, reviewed: false },
		firstParty: client?.firstParty === true,
		permissions: permissionsOf(scope, ground.oauth.registry()),
		...(since === undefined ? {} : { since }),
		...(lastUsedAt === undefined ? {} : { lastUsedAt }),
		...(client?.enabled && client.initiateLoginUri !== undefined && { openUrl: openUrl(client.initiateLoginUri, ground.issuer) }),
	};
}

/** OpenID Connect Core §4: the app is told who is to sign the person in, and begins that by itself. */
function openUrl(initiateLoginUri: string, issuer: string): string {
	return `${initiateLoginUri}${initiateLoginUri.includes("?") ? "&" : "?"}iss=${encodeURIComponent(issuer)}`;
}

function sessionOf(session: Session, current: Session): AccountView["sessions"][number] {
	const { id, createdAt, lastUsedAt, userAgent = "", network } = session;
	return {
		id,
		current: id === current.id,
		browser: readUserAgent(userAgent),
		createdAt,
		lastUsedAt,
		...(network && network !== "unknown" && { network }),
	};
}

function happeningOf({ at, what, app, userAgent, told }: Happening): AccountView["happenings"][number] | undefined {
	const kind = kindOf(what);
	if (kind === undefined) return undefined;
	return {
		...{ at, kind, told },
		...(app === undefined ? {} : { app }),
		...(userAgent === undefined ? {} : { browser: readUserAgent(userAgent) }),
	};
}

/** Which sentence tells of it. */
function kindOf(what: Happening["what"]): HappeningKind | undefined {
	if ("door" in what) return what.door === "account" ? "wrongPasswordHere" : "wrongPassword";
	const byOthers = what.actor !== undefined;
	switch (what.type) {
		case "session.started":
			return what.clientId === undefined ? "signedInHere" : "signedIn";
		case "session.reauthenticated":
			return what.clientId === undefined ? "provedAgainHere" : "provedAgain";
		case "session.ended":
			return byOthers ? "endedByCompany" : endingOf(what.data?.["by"]);
		case "consent.granted":
			return "appAllowed";
		case "consent.withdrawn":
			return byOthers ? "takenBackByCompany" : "takenBack";
		case "code.replayed":
		case "refresh.replayed":
			return "replayed";
		case "grant.revoked":
			return "givenBack";
		case "person.password_changed":
			return byOthers ? "passwordSet" : "passwordChanged";
		default:
			return undefined;
	}
}

function endingOf(by: unknown): HappeningKind {
	switch (by) {
		case "account":
			return "ended";
		case "password":
			return "endedByPassword";
		case "limit":
			return "endedByLimit";
		case "sign-in":
			return "endedByAnother";
		default:
			return "signedOut";
	}
}
