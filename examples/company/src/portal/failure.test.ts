import { AuthError, type AuthErrorCode } from "@gatehouse/sdk/web";
import { afterEach, expect, test, vi } from "vitest";
import { failurePage } from "./failure.ts";

const logged = vi.spyOn(console, "log").mockImplementation(() => undefined);
afterEach(() => logged.mockClear());

test.each<[AuthErrorCode, number, string, string]>([
	["access_denied", 403, "You were not signed in", "/auth/sign-in"],
	["csrf_refused", 403, "This did not come from here", "/"],
	["issuer_unreachable", 503, "Please try again in a moment", "/auth/sign-in"],
	["store_unreachable", 503, "Please try again in a moment", "/auth/sign-in"],
	["id_token_refused", 502, "That did not work", "/auth/sign-in"],
])("%s is told on a page, and its reason in the log alone", async (code, status, title, href) => {
	const answer = failurePage(new AuthError(code, "what the developer is told", { traceId: "abc" }));
	const page = await answer.text();
	expect(answer.status).toBe(status);
	expect(answer.headers.get("cache-control")).toBe("no-store");
	expect(page).toContain(`<h1>${title}</h1>`);
	expect(page).toContain(`href="${href}"`);
	expect(page).not.toMatch(/what the developer is told|abc/);
	expect(logged.mock.calls).toEqual([[`sign-in: ${code}, trace abc`]]);
});
