import { OAuthError } from "@gatehouse/protocol";
import { answerConsent } from "../login/consent.ts";
import { type InteractionPage, personView } from "./interaction.ts";
import { permissionsOf } from "./permissions.ts";
import { appView } from "./render.ts";

/** `/consent`: who asks, for whom, for what, and how to take it back. */
export const consent: InteractionPage = {
	page: "consent",
	show: (asked, pages, hidden) =>
		pages.consentPage({
			app: appView(asked.question.client, asked.ground),
			redirectUri: asked.question.redirectUri,
			person: personView(asked.session),
			...permissionsOf(asked.question.consentScope, asked.ground.oauth.registry()),
			action: "/consent",
			hidden,
			accountUrl: "/account#apps",
			otherAccountUrl: `/select-account?continue=${hidden["continue"]}`,
		}),
	async settle({ ground, now, session, question }, fields, request) {
		const answer = fields.values.get("answer");
		if (answer !== "allow" && answer !== "deny") throw new OAuthError("invalid_request", "allow or deny");
		const settled = await answerConsent(
			{
				clientId: question.client.id,
				asked: question.consentScope,
				ticked: fields.lists.get("scope") ?? [],
				allowed: answer === "allow",
				traceId: request.id,
			},
			session,
			ground.login,
			now,
		);
		return { consent: settled };
	},
};
