import type { LoginMethod } from "./method.ts";

/** User name and password on one form, so that every password manager works. */
export const password: LoginMethod = {
	name: "pwd",
	ask: ({ username }) => ({
		fields: [
			{
				kind: "username",
				name: "username",
				autocomplete: "username webauthn",
				...(username === undefined ? {} : { value: username }),
			},
			{ kind: "password", name: "password", autocomplete: "current-password" },
		],
	}),
	async check(values, who, ground) {
		const { ok } = await ground.verifyPassword(values.get("password") ?? "", who?.credential);
		return ok && who?.person.enabled === true;
	},
};
