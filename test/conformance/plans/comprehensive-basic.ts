import { signIn } from "../browser.ts";
import type { Plan } from "../plan.ts";
import { overrides, unsignedRequests } from "./modules.ts";

export const comprehensiveBasic: Plan = {
	name: "comprehensive-basic",
	title: "Everything, static clients with client_secret_basic",
	suitePlan: "oidcc-test-plan",
	variant: {
		client_auth_type: "client_secret_basic",
		response_type: "code",
		response_mode: "default",
		client_registration: "static_client",
	},
	modules: 36,
	clients: "signed-out-address",
	browser: signIn,
	overrides,
	expected: unsignedRequests,
};
