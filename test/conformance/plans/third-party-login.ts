import type { Plan } from "../plan.ts";

export const thirdPartyLogin: Plan = {
	name: "third-party-login",
	title: "Third-Party-Initiated Login OP",
	suitePlan: "oidcc-3rdparty-init-login-certification-test-plan",
	variant: { response_type: "code" },
	modules: 2,
};
