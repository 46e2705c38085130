import { isJsonObject, parseJsonObject } from "./json.ts";

/** OpenID Connect Core §5.1.1. */
export interface AddressClaim {
	readonly formatted?: string;
	readonly street_address?: string;
	readonly locality?: string;
	readonly region?: string;
	readonly postal_code?: string;
	readonly country?: string;
}

/** The standard claims about a person (OpenID Connect Core §5.1), in their names on the wire. */
export interface StandardClaims {
	readonly name?: string;
	readonly given_name?: string;
	readonly family_name?: string;
	readonly middle_name?: string;
	readonly nickname?: string;
	readonly preferred_username?: string;
	readonly profile?: string;
	readonly picture?: string;
	readonly website?: string;
	readonly email?: string;
	readonly email_verified?: boolean;
	readonly gender?: string;
	readonly birthdate?: string;
	readonly zoneinfo?: string;
	readonly locale?: string;
	readonly phone_number?: string;
	readonly phone_number_verified?: boolean;
	readonly address?: AddressClaim;
	/** Seconds since the epoch. */
	readonly updated_at?: number;
}

/** One wish of the `claims` parameter: null asks plainly (OpenID Connect Core §5.5.1). */
export type ClaimWish = null | { readonly essential?: boolean; readonly value?: unknown; readonly values?: readonly unknown[] };

/** The `claims` parameter (OpenID Connect Core §5.5). */
export interface ClaimsRequest {
	readonly userinfo: Readonly<Record<string, ClaimWish>>;
	readonly id_token: Readonly<Record<string, ClaimWish>>;
}

/**
 * The values that a wish demands, `value` and `values` together.
 *
 * @returns undefined when any value will do.
 */
export function demandedValues(wish: ClaimWish | undefined): readonly unknown[] | undefined {
	const demanded = [...(wish && Object.hasOwn(wish, "value") ? [wish.value] : []), ...(wish?.values ?? [])];
	return demanded.length === 0 ? undefined : demanded;
}

/**
 * Parses the `claims` parameter. Members that are not understood are ignored, as §5.5 demands.
 *
 * @returns undefined when the text is no JSON object of the right shape.
 * @example parseClaimsRequest('{"id_token":{"email":null}}')
 */
export function parseClaimsRequest(text: string): ClaimsRequest | undefined {
	const json = parseJsonObject(text);
	if (!json) return undefined;
	const userinfo = wishes(json["userinfo"]);
	const idToken = wishes(json["id_token"]);
	return userinfo && idToken ? { userinfo, id_token: idToken } : undefined;
}

function wishes(value: unknown): Record<string, ClaimWish> | undefined {
	const out: Record<string, ClaimWish> = Object.create(null);
	if (value === undefined || value === null) return out;
	if (!isJsonObject(value)) return undefined;
	for (const [name, wish] of Object.entries(value)) {
		if (wish === null) out[name] = null;
		else if (isWish(wish)) out[name] = wish;
		else return undefined;
	}
	return out;
}

function isWish(value: unknown): value is NonNullable<ClaimWish> {
	if (!isJsonObject(value)) return false;
	const { essential, values } = value;
	return (essential === undefined || typeof essential === "boolean") && (values === undefined || Array.isArray(values));
}
