import type { Session, User } from "../state.ts";
import type { Claims } from "./id-token.ts";

/** What the page is told of an ID token, by name and type; whatever else stands in it stays in the vault. */
export function sessionOf(claims: Claims): Session {
	const text = (name: string) => (typeof claims[name] === "string" ? claims[name] : undefined);
	const texts = (name: string) => {
		const value = claims[name];
		return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
	};
	const user: { [name in keyof User]: User[name] | undefined } = {
		sub: text("sub"),
		name: text("name"),
		givenName: text("given_name"),
		familyName: text("family_name"),
		preferredUsername: text("preferred_username"),
		email: text("email"),
		emailVerified: typeof claims["email_verified"] === "boolean" ? claims["email_verified"] : undefined,
		picture: text("picture"),
		locale: text("locale"),
		groups: texts("groups"),
	};
	const authTime = Number.isFinite(claims["auth_time"]) ? claims["auth_time"] : undefined;
	return known({ user: known(user), authTime, acr: text("acr"), amr: texts("amr") }) as Session;
}

/** Without the members that are not known. */
function known(members: object): object {
	return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
