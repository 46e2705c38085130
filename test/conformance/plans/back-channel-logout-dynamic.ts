import { signInAndOut } from "../browser.ts";
import type { Plan } from "../plan.ts";

export const backChannelLogoutDynamic: Plan = {
	name: "back-channel-logout-dynamic",
	title: "Back-Channel Logout OP, clients that register themselves",
	suitePlan: "oidcc-backchannel-rp-initiated-logout-certification-test-plan",
	variant: { response_type: "code", client_registration: "dynamic_client" },
	modules: 2,
	browser: signInAndOut,
};
