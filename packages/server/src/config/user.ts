import type { StandardClaims } from "@gatehouse/protocol";
import { webPage } from "./addresses.ts";
import { group } from "./resource.ts";
import { optional, type Row, required, secretive } from "./row.ts";
import { secret } from "./secrets.ts";
import { flag, integer, list, object, text } from "./shape.ts";

const short = text("text", { max: 200 });

/** The standard claims (OpenID Connect Core §5.1), each with how it is written. */
export const claims = {
	name: optional("Full name.", short),
	given_name: optional("Given name.", short),
	family_name: optional("Family name.", short),
	middle_name: optional("Middle name.", short),
	nickname: optional("Casual name.", short),
	preferred_username: optional("Shorthand name; the user name unless said.", short),
	profile: optional("Profile page.", webPage),
	picture: optional("Picture.", webPage),
	website: optional("Home page.", webPage),
	email: optional("Address for mail.", text("an e-mail address", { max: 320, why: whyNoAddress })),
	email_verified: optional("Whether that address was proved.", flag),
	gender: optional("Gender.", short),
	birthdate: optional("Birthday, as YYYY-MM-DD, 0000-MM-DD or YYYY.", text("a date", { why: whyNoDate })),
	zoneinfo: optional("Time zone, such as Europe/Paris.", short),
	locale: optional("Language, such as fr-CA.", short),
	phone_number: optional("Telephone number.", text("a telephone number", { max: 50 })),
	phone_number_verified: optional("Whether that number was proved.", flag),
	address: optional(
		"Postal address.",
		object({
			formatted: optional("All of it, as on a label.", text("text", { lines: true })),
			street_address: optional("Street and number.", short),
			locality: optional("Town.", short),
			region: optional("State or province.", short),
			postal_code: optional("Postal code.", short),
			country: optional("Country.", short),
		}),
	),
	updated_at: optional("Seconds since 1970 at which this was last changed.", integer(0, 99_999_999_999)),
} as const satisfies { readonly [Claim in keyof Required<StandardClaims>]: Row };

/** A person of the configuration. */
export const user = object(
	{
		username: required("What they sign in with.", text("text", { max: 200 })),
		password: secretive(
			optional(
				"What they prove themselves with; without it they cannot sign in. One that they set themselves on their account page holds until this one changes.",
				secret(),
			),
		),
		groups: optional("The groups they belong to.", list(group)),
		admin: optional("Whether they may administer Gatehouse.", flag),
		enabled: optional("False switches them off.", flag),
		...claims,
	},
	"a person",
	{
		user: "is not known here; did you mean `username`?",
		sub: "is not known here: Gatehouse makes the `sub` itself",
		mail: "is not known here; did you mean `email`?",
	},
);

function whyNoAddress(written: string): string | undefined {
	return /^[^\s@<>]+@[^\s@<>]+$/.test(written) ? undefined : "must be an e-mail address, such as alice@company.com";
}

function whyNoDate(written: string): string | undefined {
	return /^\d{4}(-\d{2}-\d{2})?$/.test(written) ? undefined : "must be a date such as 1990-01-31, 0000-01-31 or 1990";
}
