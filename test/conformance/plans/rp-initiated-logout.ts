import { signInAndOut } from "../browser.ts";
import type { Plan } from "../plan.ts";
import { logoutOverrides } from "./modules.ts";

export const rpInitiatedLogout: Plan = {
	name: "rp-initiated-logout",
	title: "RP-Initiated Logout OP, static clients",
	suitePlan: "oidcc-rp-initiated-logout-certification-test-plan",
	variant: { response_type: "code", client_registration: "static_client" },
	modules: 11,
	clients: "signed-out-address",
	browser: signInAndOut,
	overrides: logoutOverrides,
};
