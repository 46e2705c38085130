import type { Claims } from "./json-web-token.ts";

/** Who is signed in: what the ID token says about the person, by an allow-list. Never a token. */
export interface User {
	/** The person's identifier at the issuer. It never changes and is never given to another; an e-mail address may be both. */
	readonly sub: string;
	readonly name?: string;
	readonly givenName?: string;
	readonly familyName?: string;
	readonly preferredUsername?: string;
	readonly email?: string;
	readonly emailVerified?: boolean;
	/** The address of a picture. */
	readonly picture?: string;
	readonly locale?: string;
	/** Only when the scope `groups` was granted. */
	readonly groups?: readonly string[];
}

/** The one session of this app: in this tab, in this process, behind this cookie. */
export interface Session {
	readonly user: User;
	/** When the person proved who they are, in seconds since 1970 by the issuer's clock. */
	readonly authTime?: number;
	/** How strong that proof was, and by which methods (RFC 8176). */
	readonly acr?: string;
	readonly amr?: readonly string[];
}

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

/** What an app is told of an ID token, by name and type; whatever else stands in it stays where the tokens are. */
export const sessionOf = (claims: Claims) => ({ user: allowed(claims, ofUser), ...allowed(claims, ofSession) }) as unknown as Session;

function allowed(claims: Claims, list: Readonly<Record<string, Check>>): object {
	const known = Object.entries(list).filter(([name, fits]) => fits(claims[name]));
	return Object.fromEntries(known.map(([name]) => [name.replace(/_./g, ([, letter]) => letter!.toUpperCase()), claims[name]]));
}
