import { signInAndOut } from "../browser.ts";
import type { Plan } from "../plan.ts";

export const backChannelLogout: Plan = {
	name: "back-channel-logout",
	title: "Back-Channel Logout OP, static clients",
	suitePlan: "oidcc-backchannel-rp-initiated-logout-certification-test-plan",
	variant: { response_type: "code", client_registration: "static_client" },
	modules: 2,
	clients: "told-of-sign-out",
	browser: signInAndOut,
};
