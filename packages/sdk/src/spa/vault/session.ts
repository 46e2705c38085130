import type { Session } from "../state.ts";
import type { Claims } from "./id-token.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);

/** What may be known about the person and about the sign-in, by the names of OpenID Connect Core §5.1 and §2. */
const ofUser: Readonly<Record<string, Check>> = {
	sub: isText,
	name: isText,
	given_name: isText,
	family_name: isText,
	preferred_username: isText,
	email: isText,
	email_verified: (value) => typeof value === "boolean",
	picture: isText,
	locale: isText,
	groups: isTexts,
};
const ofSession: Readonly<Record<string, Check>> = { auth_time: Number.isFinite, acr: isText, amr: isTexts };

/** What the page is told of an ID token, by name and type; whatever else stands in it stays in the vault. */
export function sessionOf(claims: Claims): Session {
	return { user: allowed(claims, ofUser), ...allowed(claims, ofSession) } as unknown as Session;
}

function allowed(claims: Claims, list: Readonly<Record<string, Check>>): object {
	const known = Object.entries(list).filter(([name, fits]) => fits(claims[name]));
	return Object.fromEntries(known.map(([name]) => [name.replace(/_./g, ([, letter]) => letter!.toUpperCase()), claims[name]]));
}
