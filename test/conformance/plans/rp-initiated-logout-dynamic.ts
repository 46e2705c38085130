import { signInAndOut } from "../browser.ts";
import type { Plan } from "../plan.ts";
import { logoutOverrides } from "./modules.ts";

export const rpInitiatedLogoutDynamic: Plan = {
	name: "rp-initiated-logout-dynamic",
	title: "RP-Initiated Logout OP, clients that register themselves",
	suitePlan: "oidcc-rp-initiated-logout-certification-test-plan",
	variant: { response_type: "code", client_registration: "dynamic_client" },
	modules: 11,
	browser: signInAndOut,
	overrides: logoutOverrides,
};
