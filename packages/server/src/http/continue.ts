import { OAuthError } from "@gatehouse/protocol";
import { type InteractionPage, personView } from "./interaction.ts";
import { appView } from "./render.ts";

/** `/continue` (RFC 8252 §8.6): an app whose redirect does not prove who it is gets nothing without a person's word, each time. */
export const continuing: InteractionPage = {
	page: "continue",
	show: ({ ground, session, question }, pages, hidden) =>
		pages.continuePage({ app: appView(question.client, ground), person: personView(session), action: "/continue", hidden }),
	async settle({ session }, fields) {
		switch (fields.values.get("answer")) {
			case "continue":
				return { continued: { sessionId: session.session.id } };
			case "other":
				return { go: "login" };
			default:
				throw new OAuthError("invalid_request", "continue, or use another account");
		}
	},
};
