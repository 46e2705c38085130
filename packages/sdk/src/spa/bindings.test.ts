import { createElement, StrictMode } from "react";
import { renderToString as renderReact } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { createSSRApp, h } from "vue";
import { renderToString as renderVue } from "vue/server-renderer";
import { createTelling } from "../core/telling.ts";
import type { Auth } from "./auth.ts";
import { AuthError } from "./auth-error.ts";
import { AuthProvider, useAuth as useReact } from "./react.ts";

import { useAuth as authInVue, authPlugin } from "./vue.ts";

const session = { user: { sub: "alice", name: "Alice" } };

/** A session whose state the test sets. */
function fakeAuth() {
	const telling = createTelling<Auth["state"]>({ status: "loading" });
	const unused = vi.fn();
	const functions = {
		ready: unused,
		signIn: unused,
		signOut: unused,
		token: unused,
		fetch: unused,
		on: telling.on,
		subscribe: telling.subscribe,
	};
	const auth: Auth = Object.defineProperties({ ...functions } as never, {
		state: { get: () => telling.state },
		status: { get: () => telling.state.status },
		session: { get: () => telling.state.session },
	});
	return { auth, telling };
}

test("React: `useAuth` gives the state of this moment and functions that need no `this`, StrictMode or not", () => {
	const { auth, telling } = fakeAuth();
	const seen: unknown[] = [];
	const Page = () => {
		const { status, session, signIn } = useReact();
		seen.push(signIn);
		return `${status} ${session?.user.name ?? "nobody"}`;
	};
	const page = () => renderReact(createElement(StrictMode, null, createElement(AuthProvider, { auth }, createElement(Page))));
	expect(page()).toBe("loading nobody");
	telling.set({ status: "signed-in", session });
	expect(page()).toBe("signed-in Alice");
	expect(new Set(seen)).toEqual(new Set([auth.signIn]));
	expect(() => renderReact(createElement(Page))).toThrow(
		expect.objectContaining({ code: "invalid_option", message: expect.stringContaining("<AuthProvider") }),
	);
});

test("Vue: `useAuth` gives refs that follow the state", async () => {
	const { auth, telling } = fakeAuth();
	const Page = {
		setup() {
			const { status, session } = authInVue();
			return () => h("p", `${status.value} ${session.value?.user.name ?? "nobody"}`);
		},
	};
	const app = createSSRApp(Page).use(authPlugin(auth));
	expect(await renderVue(app)).toBe("<p>loading nobody</p>");
	const { status, session: who, error } = app.runWithContext(authInVue);
	telling.set({ status: "signed-in", session });
	expect([status.value, who.value]).toEqual(["signed-in", session]);
	telling.set({ status: "unreachable", session, error: new AuthError("issuer_unreachable", "") });
	expect([status.value, who.value, error.value?.code]).toEqual(["unreachable", session, "issuer_unreachable"]);
	expect(await renderVue(createSSRApp(Page).use(authPlugin(auth)))).toBe("<p>unreachable Alice</p>");
	const unprovided = createSSRApp(Page);
	unprovided.config.warnHandler = () => undefined;
	unprovided.config.errorHandler = (error) => {
		throw error;
	};
	await expect(renderVue(unprovided)).rejects.toMatchObject({
		code: "invalid_option",
		message: expect.stringContaining("authPlugin(auth)"),
	});
});
