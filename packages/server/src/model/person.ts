import type { StandardClaims } from "@gatehouse/protocol";

/** Who signs in. */
export interface Person {
	/** The `sub` of every token: never reused, never shown to be changed. */
	readonly id: string;
	readonly username: string;
	readonly claims: StandardClaims;
	readonly groups: readonly string[];
	readonly admin: boolean;
	/** Declared and not held and not removed. */
	readonly enabled: boolean;
	readonly managedBy: "file" | "store";
	/** Epoch milliseconds. */
	readonly createdAt: number;
	readonly updatedAt: number;
	/** Rises when everything the person ever began is to end (password reset, disabling): sessions, codes and grants carry it. */
	readonly epoch: number;
	/** Rises with each change of password; device cookies given before it are void. */
	readonly passwordVersion: number;
}

/** What a person proves themselves with: an argon2id hash in PHC form. */
export interface Credential {
	readonly kind: "password";
	readonly hash: string;
}

/** Default-ignorable code points change nothing that a person sees. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * The one canonical identity of a name: compatibility forms, case and invisible marks do not make another person
 * (RFC 8265 §3.3, attack row LG-10).
 *
 * @example canonicalName("ALICE\u200b") === canonicalName("alice"); // true
 */
export function canonicalName(name: string): string {
	return name.normalize("NFKC").replace(invisible, "").trim().toLowerCase().normalize("NFKC");
}

/** A password as it is hashed: NFC alone, so that the same keys on two keyboards are the same password (RFC 8265 §4.2). */
export function canonicalPassword(password: string): string {
	return password.normalize("NFC");
}

/** True for a person in one of `groups`, and for everyone where no groups are named. */
export function isMember(person: Person, groups: readonly string[] | undefined): boolean {
	return groups === undefined || groups.some((group) => person.groups.includes(group));
}
