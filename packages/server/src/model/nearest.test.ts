import { expect, test } from "vitest";
import { didYouMean, nearest } from "./nearest.ts";

const known = ["issuer", "listen", "client_id", "redirect_uris", "post_logout_redirect_uris", "scope"];

test("the nearest word is the one that was probably meant", () => {
	for (const [word, meant] of [
		["isuer", "issuer"],
		["issure", "issuer"],
		["clientId", "client_id"],
		["CLIENT-ID", "client_id"],
		["redirect_url", "redirect_uris"],
		["redirectUris", "redirect_uris"],
		["scopes", "scope"],
	] as const)
		expect(nearest(word, known), word).toBe(meant);
	for (const word of ["", "x", "password", "completely_other"]) expect(nearest(word, known), word).toBeUndefined();
	expect(didYouMean("isuer", known)).toBe("; did you mean `issuer`?");
	expect(didYouMean("password", known)).toBe("");
});
