import { signIn } from "../browser.ts";
import type { Plan } from "../plan.ts";
import { overrides, unsignedRequests } from "./modules.ts";

export const basic: Plan = {
	name: "basic",
	title: "Basic OP, static clients",
	suitePlan: "oidcc-basic-certification-test-plan",
	variant: { server_metadata: "discovery", client_registration: "static_client" },
	modules: 35,
	clients: "signed-out-address",
	browser: signIn,
	overrides,
	expected: unsignedRequests,
};
