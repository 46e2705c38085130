import { expect, test } from "vitest";
import { AuthError, authErrorCodes } from "./auth-error.ts";

test("each code says what helps, and where the manual speaks of it; only what may pass by itself can be retried", () => {
	const codesFor = (action: string) => authErrorCodes.filter((code) => new AuthError(code, "").action === action);
	expect(codesFor("retry")).toEqual(["issuer_unreachable", "temporarily_unavailable", "store_unreachable", "upstream_unreachable"]);
	expect(codesFor("sign-in")).toEqual(["not_signed_in", "session_expired", "login_required", "access_denied", "id_token_refused"]);
	expect(codesFor("step-up")).toEqual(["step_up_failed"]);
	expect(authErrorCodes.filter((code) => new AuthError(code, "").retryable)).toEqual(codesFor("retry"));
	const cause = new Error("why");
	const error = new AuthError("issuer_unreachable", "what", { cause, traceId: "trace-1" });
	expect(error).toMatchObject({
		name: "AuthError",
		message: "what",
		cause,
		traceId: "trace-1",
		docs: "docs/single-page-app.md#issuer_unreachable",
	});
});
