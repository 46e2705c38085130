import { signIn } from "../browser.ts";
import type { Plan } from "../plan.ts";
import { dynamicOverrides, implicit, unsignedRequests } from "./modules.ts";

export const comprehensivePrivateKeyJwt: Plan = {
	name: "comprehensive-private-key-jwt",
	title: "Everything, clients that register themselves with private_key_jwt",
	suitePlan: "oidcc-test-plan",
	variant: {
		client_auth_type: "private_key_jwt",
		response_type: "code",
		response_mode: "default",
		client_registration: "dynamic_client",
	},
	modules: 54,
	browser: signIn,
	overrides: dynamicOverrides,
	expected: {
		...implicit,
		...unsignedRequests,
		"oidcc-idtoken-unsigned": { ends: "SKIPPED" },
		"oidcc-request-uri-unsigned": { ends: "SKIPPED" },
	},
};
