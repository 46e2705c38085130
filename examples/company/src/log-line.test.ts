import { expect, test } from "vitest";
import { withoutOwn } from "./log-line.ts";

test("the starter's own question is left out of what is printed once; the same one of somebody else is not, nor any other", () => {
	const said: string[] = [];
	const say = withoutOwn("GET / 200", (line) => said.push(line));
	for (const line of ["listens at http://portal.localhost:4003", "GET / 200", "GET /sign-in 303", "GET / 200", "GET / 500"]) say(line);
	expect(said).toEqual(["listens at http://portal.localhost:4003", "GET /sign-in 303", "GET / 200", "GET / 500"]);
});
