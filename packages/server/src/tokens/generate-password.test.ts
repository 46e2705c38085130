import { expect, test } from "vitest";
import { generatePassword } from "./generate-password.ts";
import { createRandom } from "./random.ts";

test("a password that was made has four groups of letters that cannot be confused, and is another each time", () => {
	const random = createRandom();
	const made = Array.from({ length: 50 }, () => generatePassword(random));
	for (const password of made) expect(password).toMatch(/^[a-km-np-z2-9]{5}(-[a-km-np-z2-9]{5}){3}$/);
	expect(new Set(made)).toHaveProperty("size", 50);
	expect(new Set(made.join("").replaceAll("-", ""))).toHaveProperty("size", 32);
});
