import type { Plan } from "../plan.ts";

export const config: Plan = {
	name: "config",
	title: "Config OP",
	suitePlan: "oidcc-config-certification-test-plan",
	variant: {},
	modules: 1,
};
