import { signIn } from "../browser.ts";
import type { Plan } from "../plan.ts";
import { dynamicOverrides, unsigned } from "./modules.ts";

export const basicDynamic: Plan = {
	name: "basic-dynamic",
	title: "Basic OP, clients that register themselves",
	suitePlan: "oidcc-basic-certification-test-plan",
	variant: { server_metadata: "discovery", client_registration: "dynamic_client" },
	modules: 38,
	browser: signIn,
	overrides: dynamicOverrides,
	expected: unsigned,
};
