import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { errorMeanings, errorReference } from "../../packages/protocol/src/error-reference.ts";
import { AuthError as ApiError, authErrorCodes as apiErrorCodes } from "../../packages/sdk/src/resource-server/auth-error.ts";
import { AuthError, authErrorCodes } from "../../packages/sdk/src/spa/auth-error.ts";
import { commandReference } from "../../packages/server/src/command/reference.ts";
import { readResults } from "../conformance/results.ts";
import { resultsPage } from "../conformance/results-page.ts";

/**
 * What the manual lists is derived from the tables that the code itself reads. `npm run docs:write` writes these pages anew;
 * `docs/configuration.md` is held beside its table, in `packages/server/src/config.test.ts`.
 */
const root = resolve(import.meta.dirname, "../..");
const page = (name: string) => join(root, "docs", `${name}.md`);

test("the page of errors is the generated one", async () => {
	await expect(`${errorReference()}\n${sdkErrors()}`).toMatchFileSnapshot(page("errors"));
});

/** The codes of `AuthError`, each with what helps and a link to where it is explained. */
function sdkErrors(): string {
	const editions = [
		{ title: "the browser", file: "single-page-app.md", codes: authErrorCodes.map((code) => new AuthError(code, "")) },
		{ title: "an API", file: "protecting-an-api.md", codes: apiErrorCodes.map((code) => new ApiError(code, "")) },
	];
	const rows = editions.flatMap(({ title, file, codes }) =>
		codes.map(({ code, action }) => `| [\`${code}\`](./${file}#${code}) | ${title} | \`${action}\` |`),
	);
	return [
		"## From the SDKs",
		"",
		"The codes of `AuthError`. What helps is its `action`.",
		"",
		"| Code | In | What helps |",
		"| --- | --- | --- |",
		...rows.sort(),
		"",
	].join("\n");
}

test("the page of the command is the generated one", async () => {
	await expect(commandReference()).toMatchFileSnapshot(page("command"));
});

test("the page of conformance results is the generated one", async () => {
	await expect(resultsPage(readResults())).toMatchFileSnapshot(page("conformance-results"));
});

test("the codes that are said not to be sent are those that nothing in the server throws", () => {
	const written = sourcesBelow(join(root, "packages/server/src")).join("\n");
	const unsent = Object.entries(errorMeanings).filter(([, { places }]) => places.includes("nowhere"));
	const unthrown = Object.keys(errorMeanings).filter((code) => !written.includes(`"${code}"`));
	expect(unsent.map(([code]) => code)).toEqual(unthrown);
});

test("what the frozen answers of the wire hold is where the page of errors says", () => {
	const frozen = (name: string) => readFileSync(join(root, "packages/server/test/golden", `${name}.json`), "utf8");
	const redirected = [...frozen("redirects").matchAll(/[?&]error=(\w+)/g)].map(([, code]) => code);
	const answered = [...frozen("errors").matchAll(/"error": "(\w+)"/g)].map(([, code]) => code);
	expect([redirected.length > 0, answered.length > 10]).toEqual([true, true]);
	const said = (of: readonly string[]) =>
		Object.entries(errorMeanings).flatMap(([code, { places }]) => (places.some((place) => of.includes(place)) ? [code] : []));
	expect(redirected.filter((code) => !said(["redirect"]).includes(code!))).toEqual([]);
	expect(answered.filter((code) => !said(["endpoint", "token", "revoke", "introspect", "userinfo"]).includes(code!))).toEqual([]);
});

test("the table of errors of the single-page app names every code with its action, and no other", () => {
	const text = readFileSync(page("single-page-app"), "utf8");
	const rows = [...text.matchAll(/^\| <a id="(\w+)"><\/a>`(\w+)` \| .+ \| `([\w-]+)` \|$/gm)];
	expect(rows.map(([, id, code, action]) => ({ id, code, action }))).toEqual(
		authErrorCodes.map((code) => ({ id: code, code, action: new AuthError(code, "").action })),
	);
	expect(new AuthError("redirect_loop", "").docs).toBe("docs/single-page-app.md#redirect_loop");
});

/** The texts of what runs, without the words that pages have for every code. */
function sourcesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name) && !entry.parentPath.includes("pages"))
		.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
