import type { Plan } from "../plan.ts";
import { basicDynamic } from "./basic-dynamic.ts";

export const formPostDynamic: Plan = {
	...basicDynamic,
	name: "form-post-dynamic",
	title: "Form Post OP, clients that register themselves",
	suitePlan: "oidcc-formpost-basic-certification-test-plan",
};
