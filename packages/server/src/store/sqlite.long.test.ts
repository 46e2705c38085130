import { describe } from "vitest";
import { grantRaceContract } from "./contract/grant-races.ts";
import { sqliteStores } from "./contract/sqlite-stores.ts";

for (const [name, open] of Object.entries(sqliteStores)) {
	describe(`${name}, 500 rounds of each race`, () => grantRaceContract(open, 500));
}
