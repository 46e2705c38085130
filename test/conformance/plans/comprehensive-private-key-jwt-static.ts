import { signIn } from "../browser.ts";
import type { Plan } from "../plan.ts";
import { overrides, unsignedRequests } from "./modules.ts";

export const comprehensivePrivateKeyJwtStatic: Plan = {
	name: "comprehensive-private-key-jwt-static",
	title: "Everything, static clients with private_key_jwt",
	suitePlan: "oidcc-test-plan",
	variant: {
		client_auth_type: "private_key_jwt",
		response_type: "code",
		response_mode: "default",
		client_registration: "static_client",
	},
	modules: 37,
	clients: "signed-out-address",
	authMethod: "private_key_jwt",
	browser: signIn,
	overrides,
	expected: unsignedRequests,
};
