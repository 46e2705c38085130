import { signIn } from "../browser.ts";
import type { Plan } from "../plan.ts";
import { dynamicOverrides, implicit } from "./modules.ts";

export const dynamic: Plan = {
	name: "dynamic",
	title: "Dynamic OP",
	suitePlan: "oidcc-dynamic-certification-test-plan",
	variant: { response_type: "code" },
	modules: 23,
	browser: signIn,
	overrides: dynamicOverrides,
	expected: {
		...implicit,
		"oidcc-idtoken-unsigned": { ends: "SKIPPED" },
		"oidcc-request-uri-unsigned": { ends: "SKIPPED" },
		"oidcc-ensure-request-object-with-redirect-uri": { ends: "SKIPPED" },
	},
};
