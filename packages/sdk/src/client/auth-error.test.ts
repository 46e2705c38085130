import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AuthError, authErrorCodes } from "./auth-error.ts";

test("each code says what helps, and only what may pass by itself can be retried", () => {
	const codesFor = (action: string) => authErrorCodes.filter((code) => new AuthError(code, "").action === action);
	expect(codesFor("retry")).toEqual([
		"issuer_unreachable",
		"temporarily_unavailable",
		"store_unreachable",
		"upstream_unreachable",
		"keys_unusable",
		"secret_unavailable",
		"browser_unavailable",
	]);
	expect(codesFor("step-up")).toEqual(["step_up_required", "step_up_failed"]);
	expect(authErrorCodes.filter((code) => new AuthError(code, "").retryable)).toEqual(codesFor("retry"));
	expect(new AuthError("store_unreachable", "")).toMatchObject({ status: 503, statusCode: 503 });
	expect(new AuthError("session_expired", "")).toMatchObject({ status: 401, statusCode: 401 });
});

test("the manual explains each code, and no other", () => {
	const page = readFileSync(join(import.meta.dirname, "../../../../docs/sdk-errors.md"), "utf8");
	const explained = [...page.matchAll(/<a id="(\w+)"><\/a>`(\w+)`/g)].map(([, anchor, code]) => {
		expect(anchor).toBe(code);
		return code;
	});
	expect(explained.toSorted()).toEqual(authErrorCodes.toSorted());
	expect(new AuthError("invalid_scope", "").docs).toBe("docs/sdk-errors.md#invalid_scope");
});
