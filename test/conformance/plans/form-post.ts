import type { Plan } from "../plan.ts";
import { basic } from "./basic.ts";

export const formPost: Plan = {
	...basic,
	name: "form-post",
	title: "Form Post OP, static clients",
	suitePlan: "oidcc-formpost-basic-certification-test-plan",
};
