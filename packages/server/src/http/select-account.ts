import { OAuthError } from "@gatehouse/protocol";
import { type InteractionPage, personView } from "./interaction.ts";
import { appView } from "./render.ts";

/** `/select-account` (OpenID Connect Core §3.1.2.1, `prompt=select_account`): go on as the person of the session, or sign in as another. */
export const selectAccount: InteractionPage = {
	page: "select-account",
	show: ({ ground, now, session, question }, pages, hidden) =>
		pages.selectAccountPage({
			app: appView(question.client, ground),
			person: personView(session),
			signedInFor: (now - session.session.authTime) / 1000,
			action: "/select-account",
			hidden,
		}),
	async settle({ session }, fields) {
		switch (fields.values.get("answer")) {
			case "continue":
				return { account: { sessionId: session.session.id } };
			case "other":
				return { go: "login" };
			default:
				throw new OAuthError("invalid_request", "choose an account, or another one");
		}
	},
};
