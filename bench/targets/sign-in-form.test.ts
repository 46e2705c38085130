import { expect, test } from "vitest";
import { readSignInForm } from "./sign-in-form.ts";

const page = (inside: string): string => `<html data-page="login"><form action="/other"><input name="q"></form>${inside}</html>`;

test("the form with the promised ids is found, with its hidden fields unescaped", () => {
	const form = readSignInForm(
		page(`<form method="post" action="/login?a=1&amp;b=2"><input type="hidden" name="request" value="x&quot;&amp;y">
			<input id="username" name="user" value=""><input type="password" name="secret" id="password"><button id="login-submit">Sign in</button></form>`),
	);
	expect(form).toEqual({
		action: "/login?a=1&b=2",
		fields: { request: 'x"&y', user: "", secret: "" },
		username: "user",
		password: "secret",
	});
});

test("a page without both fields has no sign-in form", () => {
	expect(readSignInForm(page('<form><input id="username" name="user"></form>'))).toBeUndefined();
	expect(readSignInForm(page(""))).toBeUndefined();
});
