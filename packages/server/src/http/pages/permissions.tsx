import type { Frame } from "./frame.tsx";
import { sayText } from "./say.tsx";
import type { Message } from "./words.ts";

/** What an app may do at one API, or in one respect. */
export interface ApiPermissions {
	readonly name: string;
	readonly scopes: readonly { readonly name: string; readonly sentence: string }[];
}

export interface Permissions {
	/** The names of OpenID Connect and `groups`; `openid` is told nowhere: it is what all of them are about. */
	readonly standardScopes: readonly string[];
	readonly apis: readonly ApiPermissions[];
}

/** Every permission in a sentence, grouped: about the person, by API, for how long. */
export function permissionGroups({ words }: Frame, { standardScopes, apis }: Permissions): readonly ApiPermissions[] {
	const permissions: Partial<Record<string, Message>> = words.consent.permissions;
	const standard = (names: readonly string[]) =>
		names.map((name) => ({ name, sentence: permissions[name] === undefined ? name : sayText(permissions[name]) }));
	return [
		{
			name: sayText(words.consent.profile),
			scopes: standard(standardScopes.filter((name) => name !== "openid" && name !== "offline_access")),
		},
		...apis,
		{ name: sayText(words.consent.away), scopes: standard(standardScopes.filter((name) => name === "offline_access")) },
	].filter((group) => group.scopes.length > 0);
}
