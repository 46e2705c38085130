import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AuthError } from "../../client/auth-error.ts";

const options = { issuer: "https://auth.acme.test", clientId: "shop", redirect: "com.acme.shop:/auth" };

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllGlobals());

const codeOf = (work: () => unknown) => {
	try {
		work();
		return "made";
	} catch (error) {
		return (error as AuthError).code;
	}
};

test("where there is no Keychain no session is made, so that none is kept where scripts read it; in an app there is one", async () => {
	const page = await import("./index.ts");
	expect(codeOf(() => page.createAuth(options))).toBe("storage_unavailable");
	expect(codeOf(() => page.createAuth({ ...options, redirect: "shop:/auth" }))).toBe("invalid_option");

	vi.resetModules();
	vi.stubGlobal("androidBridge", {});
	const app = await import("./index.ts");
	const auth = app.createAuth(options);
	expect([auth.status, auth.session]).toEqual(["loading", undefined]);
});
